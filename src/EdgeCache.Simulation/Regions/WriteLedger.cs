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
    private readonly Dictionary<RecordKey, long> _sums = [];

    /// <summary>Acknowledged writes of values.</summary>
    public int Count => _values.Count;

    /// <summary>A value for the next write.</summary>
    public string NextValue() => $"v{_values.Count + 1}";

    public void Wrote(RecordKey key, string value, IReadOnlyCollection<string> knew) => _values.Add(new Written(key, value, [.. knew]));

    public void Added(RecordKey key, long amount) => _sums[key] = _sums.GetValueOrDefault(key) + amount;

    /// <summary>The standing values of a siblings record.</summary>
    public static IReadOnlyList<string> Standing(Record? state) => state is null ? [] : [.. SiblingSet.Of(state).Live().Select(Text)];

    /// <summary>Acknowledged values that nobody replaced knowingly and that do not stand.</summary>
    public IEnumerable<string> LostSiblings(Func<RecordKey, Record?> find)
    {
        var replaced = _values.SelectMany(w => w.Knew).ToHashSet(StringComparer.Ordinal);
        return _values.GroupBy(w => w.Key).SelectMany(g =>
        {
            var standing = Standing(find(g.Key)).ToHashSet(StringComparer.Ordinal);
            return g.Where(w => !standing.Contains(w.Value) && !replaced.Contains(w.Value)).Select(w => $"{w.Key} lost {w.Value}");
        });
    }

    /// <summary>Counters that are not the sum of what was acknowledged.</summary>
    public IEnumerable<string> WrongSums(Func<RecordKey, Record?> find) =>
        _sums.Where(s => find(s.Key) is not { } state || Text(state) != $"{s.Value}").Select(s => $"{s.Key} is {(find(s.Key) is { } state ? Text(state) : "absent")}, acknowledged were {s.Value}");

    /// <summary>Acknowledged values that no region's history knows as standing or as lost, though histories were long enough.</summary>
    public IEnumerable<string> Unaccounted(Func<RecordKey, IReadOnlyList<HistoryItem>> history) => _values.GroupBy(w => w.Key).SelectMany(g =>
    {
        var known = history(g.Key).Select(h => Text(h.Record)).ToHashSet(StringComparer.Ordinal);
        return g.Where(w => !known.Contains(w.Value)).Select(w => $"{w.Key} has no history of {w.Value}");
    });

    private static string Text(Record record) => Encoding.UTF8.GetString(record.Value.Span);

    private sealed record Written(RecordKey Key, string Value, IReadOnlyList<string> Knew);
}
