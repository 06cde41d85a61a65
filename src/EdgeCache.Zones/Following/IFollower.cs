using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Following;

/// <summary>
/// What a cache sees of its node's follower. Implemented by the real follower and by the fixed one of tests and standalone tools. Thread-safe.
/// </summary>
public interface IFollower
{
    /// <summary>The zones as of now; read it once per request.</summary>
    ZoneMap Zones { get; }

    /// <summary>
    /// May this node rely on what it knows of <paramref name="zone"/> at <paramref name="timestamp"/> (<see cref="TimeProvider.GetTimestamp"/>)?
    /// Two reads and two compares: meant for the hit path.
    /// </summary>
    PlaneHealth HealthOf(ZoneState zone, long timestamp);

    /// <summary>
    /// Waits until a poll sent after this call has been applied for <paramref name="zone"/>, or <paramref name="limit"/> is over; says the health then.
    /// Many callers share one poll.
    /// </summary>
    ValueTask<PlaneHealth> AwaitFreshAsync(ZoneState zone, TimeSpan limit, CancellationToken cancellation);

    /// <summary>Nodes that share this one's store, itself among them, as far as it knows: what a limit for all of them is divided by.</summary>
    int Peers => 1;

    /// <summary>Waits until <paramref name="position"/> is applied here; false when the limit is over or the position can never be reached.</summary>
    ValueTask<bool> AwaitPositionAsync(Position position, TimeSpan limit, CancellationToken cancellation);
}
