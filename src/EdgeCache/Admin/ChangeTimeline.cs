using EdgeCache.Dns.Data;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Admin;

/// <summary>When the last answer from before a change can have been given. Pure.</summary>
internal static class ChangeTimeline
{
    /// <summary>Changes of one batch whose surroundings are read; of the others the old time to live counts.</summary>
    private const int MaxLookedAt = 100;

    /// <summary>
    /// Unix milliseconds; null while some node has not applied the change, or does not remember when. A node may have handed out the old value just before it applied the change, and whoever
    /// got it (a client, a resolver that follows no log) keeps it for its time to live; a purge says nothing of such caches.
    /// </summary>
    /// <param name="change">What was changed.</param>
    /// <param name="nodes">How far each node is.</param>
    /// <param name="around">What stands beside the records changed, as <see cref="OldAnswers.Deciding"/> asks for it.</param>
    public static long? LastOldAnswer(Change change, IReadOnlyList<NodeProgress> nodes, IReadOnlyDictionary<RecordKey, Record> around)
    {
        if (nodes.Count == 0 || nodes.Any(n => n.AppliedAt is null && n.Outcome != NodeOutcome.Expired))
        {
            return null;
        }

        var applied = nodes.Max(n => n.AppliedAt);
        var life = Taken(change).Select(r => OldAnswers.MaxLife(r, [.. OldAnswers.Deciding(r.After.Key).Where(around.ContainsKey).Select(k => around[k])])).DefaultIfEmpty(0).Max();
        return applied + (life * 1000L);
    }

    /// <summary>Reads what <see cref="LastOldAnswer"/> needs of a zone.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public static async ValueTask<IReadOnlyDictionary<RecordKey, Record>> AroundAsync(IZoneStore store, ZoneName zone, Change change, CancellationToken cancellation)
    {
        var around = new Dictionary<RecordKey, Record>();
        foreach (var key in Taken(change).Take(MaxLookedAt).SelectMany(r => OldAnswers.Deciding(r.After.Key)).Distinct())
        {
            if (await store.FindAsync(zone, key, cancellation).ConfigureAwait(false) is { } record)
            {
                around[key] = record;
            }
        }

        return around;
    }

    private static IEnumerable<RecordChange> Taken(Change change) =>
        (change is BatchChange batch ? batch.Changes : [change]).OfType<RecordChange>().Where(r => r.Loser is null);
}
