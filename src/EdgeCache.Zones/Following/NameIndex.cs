using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Following;

/// <summary>
/// Which DNS names exist in a zone: each name with a live record, and each name above one (an empty non-terminal exists too, RFC 8020 §2).
/// Counts live records at or below each name, so that the name at which existence changes is known at once. One applier at a time.
/// </summary>
internal sealed class NameIndex
{
    private readonly Dictionary<string, int> _liveAtOrBelow = [];
    private readonly HashSet<string> _cuts = [];

    /// <summary>Makes the index of a set of records.</summary>
    public static NameIndex Of(IEnumerable<Record> records)
    {
        var index = new NameIndex();
        foreach (var record in records)
        {
            if (record.Key.IsDns && !record.IsDeleted)
            {
                index.Add(record.Key);
            }
        }

        return index;
    }

    /// <summary>A record came to life. Says the highest name that exists now and did not before; null when none.</summary>
    public string? Add(RecordKey key)
    {
        if (key.Type == "NS")
        {
            _cuts.Add(key.Name);
        }

        string? highest = null;
        for (var name = key.Name; name is not null; name = Parent(name))
        {
            var count = _liveAtOrBelow.GetValueOrDefault(name);
            _liveAtOrBelow[name] = count + 1;
            highest = count == 0 ? name : highest;
        }

        return highest;
    }

    /// <summary>A live record went. Says the highest name that existed before and does not now; null when none.</summary>
    public string? Remove(RecordKey key)
    {
        if (key.Type == "NS")
        {
            _cuts.Remove(key.Name);
        }

        string? highest = null;
        for (var name = key.Name; name is not null; name = Parent(name))
        {
            var count = _liveAtOrBelow.GetValueOrDefault(name) - 1;
            if (count > 0)
            {
                _liveAtOrBelow[name] = count;
                continue;
            }

            _liveAtOrBelow.Remove(name);
            highest = name;
        }

        return highest;
    }

    /// <summary>The delegated name at or above <paramref name="name"/>, the apex not counted; null when the zone itself answers there.</summary>
    public string? CutAbove(string name)
    {
        string? cut = null;
        for (var at = name; at is not null && at != NameFloors.Apex; at = Parent(at))
        {
            cut = _cuts.Contains(at) ? at : cut;
        }

        return cut;
    }

    /// <summary>One label up; below the apex's children comes null, since the apex always exists.</summary>
    public static string? Parent(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? null : name[(dot + 1)..];
    }
}
