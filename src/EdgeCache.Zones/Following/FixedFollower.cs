using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Following;

/// <summary>
/// A follower with no store: its zones never change by themselves and are always healthy, since there is nobody who could change them elsewhere. For tests and for tools
/// that stand alone. Thread-safe.
/// </summary>
public sealed class FixedFollower : IFollower
{
    private readonly TimeProvider _time;

    /// <summary>Zones with their policies; <c>default</c> is added when it is not among them. <paramref name="seed"/> makes their selector keys.</summary>
    public FixedFollower(TimeProvider time, long seed, params ReadOnlySpan<ZoneDefinition> zones)
    {
        _time = time;
        var states = new List<ZoneState>();
        foreach (var zone in zones)
        {
            states.Add(NewState(zone, seed));
        }

        var fallback = states.Find(s => s.Zone == ZoneName.Default) ?? NewState(new ZoneDefinition(ZoneName.Default, ZonePolicy.Standard), seed);
        Zones = new ZoneMap(states, fallback);
    }

    /// <inheritdoc/>
    public ZoneMap Zones { get; }

    /// <inheritdoc/>
    public PlaneHealth HealthOf(ZoneState zone, long timestamp) => PlaneHealth.Healthy;

    /// <inheritdoc/>
    public ValueTask<PlaneHealth> AwaitFreshAsync(ZoneState zone, TimeSpan limit, CancellationToken cancellation)
    {
        zone.MoveHorizon(_time.GetTimestamp());
        return ValueTask.FromResult(PlaneHealth.Healthy);
    }

    /// <inheritdoc/>
    public ValueTask<bool> AwaitPositionAsync(Position position, TimeSpan limit, CancellationToken cancellation) =>
        ValueTask.FromResult(Zones.Find(position.Zone)?.View is { } view && view.Epoch == position.Epoch && view.Serial >= position.Serial);

    /// <summary>Puts a view in place, as the log would.</summary>
    public static void Show(ZoneState zone, ZoneView view) => zone.Swap(view);

    /// <summary>As if the zone's log had been lost after <paramref name="since"/> and the zone read anew now: what was filled before is possibly old, for <paramref name="limit"/>.</summary>
    public void ReadAnew(ZoneState zone, long since, TimeSpan limit)
    {
        zone.Floors.RaiseDoubt();
        zone.SetDoubt(Doubt.Begin(zone.Doubt, since, _time.GetTimestamp(), (long)(limit.TotalSeconds * _time.TimestampFrequency)) with { IsRead = true });
    }

    private ZoneState NewState(ZoneDefinition zone, long seed)
    {
        var state = new ZoneState(zone.Zone, ZoneState.NextId(), seed, zone.Policy, _time.TimestampFrequency);
        state.MoveHorizon(_time.GetTimestamp());
        return state;
    }
}
