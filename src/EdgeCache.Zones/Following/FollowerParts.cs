using EdgeCache.Zones.Stores;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Zones.Following;

/// <summary>What the loops of one follower have in common.</summary>
internal sealed record FollowerParts(
    IZoneStore Store,
    FollowerOptions Options,
    TimeProvider Time,
    Jitter Jitter,
    PollClock Clock,
    FollowerCounters Counters,
    StoreReach Reach,
    ILogger Log)
{
    /// <summary>How many nodes there are.</summary>
    public PeerCount Peers => field ??= new PeerCount(this);

    /// <summary>Since when all that is known was never too old.</summary>
    public Steadiness Steadiness { get; } = new(Time);
}
