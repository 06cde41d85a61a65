using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Records;

namespace EdgeCache.Admin;

/// <summary>When the last answer from before a change can have been given. Pure.</summary>
internal static class ChangeTimeline
{
    /// <summary>
    /// Unix milliseconds; null while some node has not applied the change, or does not remember when. A node may have handed out the old value just before it applied the change, and whoever
    /// got it (a client, a resolver that follows no log) keeps it for its time to live; a purge says nothing of such caches.
    /// </summary>
    public static long? LastOldAnswer(Change change, IReadOnlyList<NodeProgress> nodes)
    {
        if (nodes.Count == 0 || nodes.Any(n => n.AppliedAt is null && n.Outcome != NodeOutcome.Expired))
        {
            return null;
        }

        var applied = nodes.Max(n => n.AppliedAt);
        var changes = change is BatchChange batch ? batch.Changes : [change];
        var ttl = changes.OfType<RecordChange>().Where(r => r.Loser is null).Select(r => OldTtl(r)).DefaultIfEmpty(0).Max();
        return applied + (ttl * 1000L);
    }

    /// <summary>The time to live that the value before had; of a DOC the entry holds none, and the new one's is taken.</summary>
    private static int OldTtl(RecordChange change) =>
        change.Before is { } before ? (before.IsDeleted ? 0 : before.Ttl) : change.After.Key.IsDns ? 0 : change.After.Ttl;
}
