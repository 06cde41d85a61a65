using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Policies;

namespace EdgeCache.Dns.Cache;

/// <summary>
/// One incarnation of a followed zone as the cache sees it: its apex, and the followed zone above, whose NS, DS and glue also cover names below this apex
/// (PLANE.md 30). Thread-safe.
/// </summary>
internal sealed class FollowedApex
{
    private volatile bool _isRetired;
    private volatile ZoneMarks? _latest;

    public FollowedApex(ZoneState state, DomainName apex, FollowedApex? above, bool mayPush)
    {
        State = state;
        Apex = apex;
        Above = above;
        MayPush = mayPush;
    }

    public ZoneState State { get; }

    public DomainName Apex { get; }

    public FollowedApex? Above { get; }

    /// <summary>Whether changes of records reach the cache through the log; otherwise only purges do, and TTLs end the rest.</summary>
    public bool IsPush => MayPush && State.Policy.Resolver == ResolverMode.Push;

    public bool MayPush { get; }

    /// <summary>The zone has gone, or has another incarnation.</summary>
    public bool IsRetired
    {
        get => _isRetired;
        set => _isRetired = value;
    }

    /// <summary>
    /// Where this zone and those above stand, for an answer that is asked for after this call. Null while an entry is just being published, which takes
    /// microseconds: what is asked for then is used and not kept.
    /// </summary>
    public ZoneMarks? Read()
    {
        ZoneMarks? above = Above?.Read();
        if ((Above is not null && above is null) || !State.TryReadStanding(out ZoneView view, out long generation))
        {
            return null;
        }

        // Answers that were asked for at the same standing share one object.
        if (_latest is { } latest && latest.Generation == generation && ReferenceEquals(latest.Above, above) && latest.SoaSerial == view.SoaSerial)
        {
            return latest;
        }

        return _latest = new ZoneMarks(this, generation, view.SoaSerial, view.Epoch != default, above);
    }
}
