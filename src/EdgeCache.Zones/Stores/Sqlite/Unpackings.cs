using System.Collections.Concurrent;
using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>Those under way, so that readers need not decode an entry of many megabytes for each look. What is in here counts only where the database says so. Thread-safe.</summary>
internal sealed class Unpackings
{
    private readonly ConcurrentDictionary<(long Zone, long Serial), Unpacking> _all = [];

    public Unpacking? Find(long zone, long serial) => _all.GetValueOrDefault((zone, serial));

    public Unpacking Add(long zone, LogEntry entry) => _all[(zone, entry.Serial)] = new Unpacking(zone, entry);

    /// <summary>Forgets all but those that <paramref name="stay"/>.</summary>
    public void Keep(IReadOnlyCollection<Unpacking> stay)
    {
        foreach (var (key, one) in _all)
        {
            if (!stay.Contains(one) && _all.TryRemove(key, out _))
            {
                one.End();
            }
        }
    }
}
