using System.Text;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Simulation.Regions;

/// <summary>
/// Every acknowledged write, by a value that no other has, and what its writer had read. In the end each must be there: seen by nobody and so still standing, or replaced by a
/// write that knew it; for a counter as a part of the sum; for last-write-wins in the ledger of every region.
/// </summary>
internal sealed class WriteLedger
{
    private readonly List<Written> _values = [];
    private readonly List<Deleted> _deletes = [];
    private readonly Dictionary<RecordKey, long> _sums = [];

    /// <summary>Acknowledged writes of values.</summary>
    public int Count => _values.Count;

    /// <summary>A value for the next write.</summary>
    public string NextValue() => $"v{_values.Count + 1}";

    public void Wrote(RecordKey key, string value, IReadOnlyCollection<string> knew) => _values.Add(new Written(key, value, [.. knew]));

    /// <summary>A delete by somebody who knew some values; <paramref name="version"/>: its stamp.</summary>
    public void Removed(RecordKey key, RecordVersion version, IReadOnlyCollection<string> knew) => _deletes.Add(new Deleted(key, version, _values.Count, [.. knew]));

    public void Added(RecordKey key, long amount) => _sums[key] = _sums.GetValueOrDefault(key) + amount;

    /// <summary>The standing values of a siblings record.</summary>
    public static IReadOnlyList<string> Standing(Record? state) => state is null ? [] : [.. SiblingSet.Of(state).Live().Select(Text)];

    /// <summary>Acknowledged values that nobody replaced knowingly and that do not stand.</summary>
    public IEnumerable<string> LostSiblings(Func<RecordKey, Record?> find)
    {
        var replaced = Replaced();
        return _values.GroupBy(w => w.Key).SelectMany(g =>
        {
            var standing = Standing(find(g.Key)).ToHashSet(StringComparer.Ordinal);
            return g.Where(w => !standing.Contains(w.Value) && !replaced.Contains(w.Value)).Select(w => $"{w.Key} lost {w.Value}");
        });
    }

    /// <summary>Values that stand though somebody replaced or deleted them knowingly.</summary>
    public IEnumerable<string> SiblingsBack(Func<RecordKey, Record?> find)
    {
        var replaced = Replaced();
        return _values.Select(w => w.Key).Distinct().SelectMany(k => Standing(find(k)).Where(replaced.Contains).Select(v => $"{k} has {v} again"));
    }

    /// <summary>Values that stand though a later delete was acknowledged after them.</summary>
    public IEnumerable<string> DeletedBack(Func<RecordKey, Record?> find) =>
        _deletes.Where(d => find(d.Key) is { IsDeleted: false } state && d.Version.WinsOver(state.Version) && _values.FindIndex(w => w.Value == Text(state)) < d.Before)
            .Select(d => $"{d.Key} has {Text(find(d.Key)!)} again, deleted with {d.Version}"); // not null: found just now

    /// <summary>Counters that are not the sum of what was acknowledged.</summary>
    public IEnumerable<string> WrongSums(Func<RecordKey, Record?> find) =>
        _sums.Where(s => find(s.Key) is not { } state || Text(state) != $"{s.Value}").Select(s => $"{s.Key} is {(find(s.Key) is { } state ? Text(state) : "absent")}, acknowledged were {s.Value}");

    /// <summary>Acknowledged values that no region's history knows as standing or as lost, though histories were long enough.</summary>
    public IEnumerable<string> Unaccounted(Func<RecordKey, IReadOnlyList<HistoryItem>> history) => _values.GroupBy(w => w.Key).SelectMany(g =>
    {
        var known = history(g.Key).Select(h => Text(h.Record)).ToHashSet(StringComparer.Ordinal);
        return g.Where(w => !known.Contains(w.Value)).Select(w => $"{w.Key} has no history of {w.Value}");
    });

    private HashSet<string> Replaced() => [.. _values.SelectMany(w => w.Knew), .. _deletes.SelectMany(d => d.Knew)];

    private static string Text(Record record) => Encoding.UTF8.GetString(record.Value.Span);

    private sealed record Written(RecordKey Key, string Value, IReadOnlyList<string> Knew);

    /// <summary>Values acknowledged before it: the first <paramref name="Before"/>.</summary>
    private sealed record Deleted(RecordKey Key, RecordVersion Version, int Before, IReadOnlyList<string> Knew);
}
