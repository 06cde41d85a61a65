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

    /// <summary>Changes of one batch whose histories are read.</summary>
    private const int MaxHistories = 16;

    /// <summary>
    /// Unix milliseconds; null while some node has not applied the change, or does not remember when. A node may have handed out the old value just before it applied the change, and whoever
    /// got it (a client, a resolver that follows no log) keeps it for its time to live; a purge says nothing of such caches.
    /// </summary>
    /// <param name="change">What was changed.</param>
    /// <param name="nodes">How far each node is.</param>
    /// <param name="around">What stands beside and stood before the records changed.</param>
    public static long? LastOldAnswer(Change change, IReadOnlyList<NodeProgress> nodes, ChangeSurroundings around)
    {
        if (nodes.Count == 0 || nodes.Any(n => n.AppliedAt is null && n.Outcome != NodeOutcome.Expired))
        {
            return null;
        }

        var applied = nodes.Max(n => n.AppliedAt);
        var life = Taken(change).Select(r => OldAnswers.MaxLife(r, around.Beside(r))).DefaultIfEmpty(0).Max();
        return applied is { } at ? Math.Max(at + (life * 1000L), around.EarlierUntil) : null;
    }

    /// <summary>Reads what <see cref="LastOldAnswer"/> needs of a zone.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public static async ValueTask<ChangeSurroundings> AroundAsync(IZoneStore store, ZoneName zone, Change change, CancellationToken cancellation)
    {
        var beside = new Dictionary<RecordKey, Record>();
        foreach (var key in Taken(change).Take(MaxLookedAt).SelectMany(r => OldAnswers.Deciding(r.After.Key)).Distinct())
        {
            if (await store.FindAsync(zone, key, cancellation).ConfigureAwait(false) is { } record)
            {
                beside[key] = record;
            }
        }

        var around = new ChangeSurroundings(beside, 0);
        var until = 0L;
        var lag = (await store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Find(zone)?.Policy.MaxLag ?? TimeSpan.Zero;
        var steadySince = (await store.NodesAsync(cancellation).ConfigureAwait(false)).Where(n => n.Role is not ("edge" or "resolver" or NodeReport.ReplicatorRole)).Select(n => n.SteadySince).DefaultIfEmpty(0).Max();
        foreach (var taken in Taken(change).Where(r => r.After.Key.IsDns).Take(MaxHistories))
        {
            foreach (var key in OldAnswers.WithHistory(taken))
            {
                var history = await store.HistoryAsync(zone, key, cancellation).ConfigureAwait(false);
                until = Math.Max(until, OldAnswers.EarlierUntil(taken, [.. history.Where(h => h.Reason is null).Select(h => h.Record)], around.Beside(taken), lag, steadySince));
            }
        }

        return around with { EarlierUntil = until };
    }

    private static IEnumerable<RecordChange> Taken(Change change) =>
        (change is BatchChange batch ? batch.Changes : [change]).OfType<RecordChange>().Where(r => r.Loser is null);
}
