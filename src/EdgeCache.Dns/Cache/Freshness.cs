using EdgeCache.Dns.Data;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;

namespace EdgeCache.Dns.Cache;

/// <summary>What may be done with an entry now.</summary>
internal enum FreshnessVerdict
{
    /// <summary>It may be given.</summary>
    Fresh,

    /// <summary>Its time ran out: it may have changed.</summary>
    Expired,

    /// <summary>The log says that it changed, or it was purged softly.</summary>
    KnownOld,

    /// <summary>Purged hard, or of another incarnation of its zone: never to be given again.</summary>
    Gone,

    /// <summary>The process may have slept: one poll must come first (PLANE.md 19).</summary>
    Unsure,
}

/// <summary>Decides whether a cached entry is fresh, by its time and by the floors of the zones above it. Without allocation while no floor rises. Thread-safe.</summary>
internal sealed class Freshness
{
    private readonly TimeProvider _time;
    private readonly IFollower? _follower;

    /// <param name="time">The clock of the follower's horizon.</param>
    /// <param name="follower">Null: no zone is followed.</param>
    public Freshness(TimeProvider time, IFollower? follower)
    {
        _time = time;
        _follower = follower;
    }

    public FreshnessVerdict Judge(CachedEntry entry, long now)
    {
        if (entry.Marks is { } marks)
        {
            FreshnessVerdict verdict = Judge(entry, marks, now);
            if (verdict != FreshnessVerdict.Fresh)
            {
                return verdict;
            }
        }

        return entry.IsExpired(now) ? FreshnessVerdict.Expired : FreshnessVerdict.Fresh;
    }

    /// <summary>By floors alone: true when none that covers the entry has risen.</summary>
    public static FreshnessVerdict Check(CachedEntry entry, ZoneMarks marks)
    {
        // Read before the floors are, so that a floor that rises meanwhile is seen next time (PLANE.md 11).
        ZoneMarks? next = marks.Zone.Read();
        FreshnessVerdict worst = FreshnessVerdict.Fresh;
        for (ZoneMarks? mark = marks; mark is not null; mark = mark.Above)
        {
            if (mark.Zone.IsRetired)
            {
                return FreshnessVerdict.Gone;
            }

            if (mark.Generation != mark.Zone.State.Floors.Generation)
            {
                FloorVerdict verdict = Check(entry, mark, isOwn: ReferenceEquals(mark, marks));
                worst = verdict == FloorVerdict.Hard ? FreshnessVerdict.Gone
                    : verdict == FloorVerdict.None || worst == FreshnessVerdict.Gone ? worst
                    : FreshnessVerdict.KnownOld;
            }
        }

        if (worst == FreshnessVerdict.Fresh && next is not null)
        {
            entry.Lift(marks, next);
        }

        return worst;
    }

    private FreshnessVerdict Judge(CachedEntry entry, ZoneMarks marks, long now)
    {
        if (!marks.IsCurrent && Check(entry, marks) is var verdict && verdict != FreshnessVerdict.Fresh)
        {
            return verdict;
        }

        if (!marks.Zone.IsPush || _follower is null)
        {
            return FreshnessVerdict.Fresh;
        }

        return _follower.HealthOf(marks.Zone.State, _time.GetTimestamp()) switch
        {
            PlaneHealth.Healthy => FreshnessVerdict.Fresh,
            PlaneHealth.Suspect => FreshnessVerdict.Unsure,

            // PLANE.md 21: without the log an answer lives by its TTL, and at most the degraded TTL.
            _ => now - entry.Filled <= (long)marks.Zone.State.Policy.DegradedTtl.TotalMilliseconds ? FreshnessVerdict.Fresh : FreshnessVerdict.Expired,
        };
    }

    /// <param name="entry">What is in question.</param>
    /// <param name="mark">One of the zones above it.</param>
    /// <param name="isOwn">Whether it is the zone the name belongs to: only there do names that come and go make absence doubtful.</param>
    private static FloorVerdict Check(CachedEntry entry, ZoneMarks mark, bool isOwn)
    {
        Span<ulong> keys = stackalloc ulong[NameFloors.MaxKeys];
        bool negative = isOwn && entry.Kind is CachedKind.NoData or CachedKind.NoName;
        string type = entry.Kind is CachedKind.NoName ? string.Empty : entry.Kind is CachedKind.Cut ? "NS" : RecordTypeText.Format(entry.Type);
        int count = NameFloors.Keys(keys, mark.Zone.State.Floors.Hash, ZoneRelativeName.Of(entry.Name, mark.Zone.Apex), type, negative);
        return mark.Zone.State.Floors.Check(new FloorSubject(keys[..count]), mark.Generation);
    }
}
