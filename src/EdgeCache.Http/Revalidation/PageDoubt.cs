using EdgeCache.Http.Fetching;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Revalidation;

/// <summary>
/// For how long one stored page may be served though a purge that this node never saw may cover it (PLANE.md 6, 16): so long after it was last known to be right, and no longer. When that is over
/// it counts as purged hard, since what was missed may have been that. Pages come to their end one by one, over the second half of the limit, so that they are not all fetched in one moment.
/// </summary>
internal static class PageDoubt
{
    /// <summary>The floors' verdict on an entry at <paramref name="now"/>, monotone milliseconds.</summary>
    public static FloorVerdict VerdictOf(in EntryLease lease, ZoneState zone, TimeProvider time, long now)
    {
        var verdict = lease.Verdict(zone);
        return verdict == FloorVerdict.Doubtful && !MayServe(zone.Doubt, lease.IsPassMark ? now : lease.Facts<StoredFacts>().SentAt, lease.Number, time, now) ? FloorVerdict.Hard : verdict;
    }

    /// <summary>True while a page asked for, or last validated, at <paramref name="sentAt"/> may be served. <paramref name="number"/> tells pages apart.</summary>
    public static bool MayServe(Doubt? doubt, long sentAt, ulong number, TimeProvider time, long now)
    {
        if (doubt is null || doubt.IsSettled || sentAt <= time.Milliseconds(doubt.OverBefore))
        {
            return false;
        }

        var rightAt = Math.Max(time.Milliseconds(doubt.Since), sentAt);
        return now - rightAt <= Share(time.Milliseconds(doubt.Limit), number);
    }

    /// <summary>Half of the limit to all of it.</summary>
    private static long Share(long limit, ulong number)
    {
        var spread = unchecked((uint)((number * 0x9E3779B97F4A7C15) >> 32)); // A hash.
        return (limit / 2) + (long)(limit / 2.0 * (spread / (double)uint.MaxValue));
    }
}
