using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>
/// A change of a whole zone that is in the log, and so committed, while the tables of records and versions get it by and by. How far they are says the database
/// (<see cref="SqliteRows.UnpackingRow"/>, read in the same transaction as the tables), so whoever reads sees all of it. Immutable but for its end; thread-safe.
/// </summary>
internal sealed class Unpacking
{
    private readonly Dictionary<RecordKey, int> _places;
    private readonly Lazy<int[]> _inOrder;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Unpacking(long zone, LogEntry entry)
    {
        Zone = zone;
        Entry = entry;
        Changes = entry.Change is BatchChange batch ? [.. batch.Changes.OfType<RecordChange>()] : [];
        _places = new Dictionary<RecordKey, int>(Changes.Count);
        for (var i = 0; i < Changes.Count; i++)
        {
            _places[Changes[i].After.Key] = i;
        }

        _inOrder = new Lazy<int[]>(Order);
    }

    public long Zone { get; }

    public LogEntry Entry { get; }

    /// <summary>Its changes of records; each key once.</summary>
    public IReadOnlyList<RecordChange> Changes { get; }

    /// <summary>Completes when the tables have all of it, or the store closes.</summary>
    public Task Ended => _ended.Task;

    public void End() => _ended.TrySetResult();

    /// <summary>The place of a key among the changes; -1 when it is not there.</summary>
    public int PlaceOf(RecordKey key) => _places.GetValueOrDefault(key, -1);

    /// <summary>The places of all keys behind one, in the order of keys.</summary>
    public IEnumerable<int> PlacesAfter(RecordKey? after)
    {
        var order = _inOrder.Value;
        var (low, high) = (0, order.Length);
        while (after is { } key && low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = RecordKeyOrder.Instance.Compare(Changes[order[middle]].After.Key, key) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return order.Skip(low);
    }

    private int[] Order()
    {
        var order = Enumerable.Range(0, Changes.Count).ToArray();
        Array.Sort(order, (a, b) => RecordKeyOrder.Instance.Compare(Changes[a].After.Key, Changes[b].After.Key));
        return order;
    }
}
