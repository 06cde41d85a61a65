using System.Collections.Immutable;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>A follower moved by hand. Its zones start at serial 1.</summary>
internal sealed class HandLog : IFollower
{
    private readonly FixedFollower _follower;
    private readonly Clock _clock = new();
    private readonly ZoneName _first;

    public HandLog(params ZoneName[] zones)
    {
        _first = zones[^1];
        _follower = new FixedFollower(_clock, 1, [.. zones.Select(static z => new ZoneDefinition(z, ZonePolicy.Standard))]);
        foreach (ZoneName zone in zones)
        {
            Show(zone, 1);
        }
    }

    public PlaneHealth Health { get; set; } = PlaneHealth.Healthy;

    /// <summary>What happens when somebody asks for fresh knowledge.</summary>
    public Action? Poll { get; set; }

    /// <summary>The clock of its horizons: that of whoever asks.</summary>
    public TimeProvider Time
    {
        set => _clock.Inner = value;
    }

    public ZoneMap Zones => _follower.Zones;

    /// <summary>The SOA serial of the last zone, which is also its position.</summary>
    public uint SoaSerial
    {
        set => Show(_first, value);
    }

    public ZoneState State(ZoneName zone) => Zones.Find(zone)!;

    public void Raise(Selector selector) => Raise(_first, selector);

    public void Raise(ZoneName zone, Selector selector) => State(zone).Floors.Raise([selector], PurgeMode.Soft);

    public PlaneHealth HealthOf(ZoneState zone, long timestamp) => Health;

    public async ValueTask<PlaneHealth> AwaitFreshAsync(ZoneState zone, TimeSpan limit, CancellationToken cancellation)
    {
        Poll?.Invoke();
        if (Health == PlaneHealth.Healthy)
        {
            await _follower.AwaitFreshAsync(zone, limit, cancellation);
        }

        return Health;
    }

    public ValueTask<bool> AwaitPositionAsync(Position position, TimeSpan limit, CancellationToken cancellation) => new(true);

    private void Show(ZoneName zone, uint serial) => FixedFollower.Show(
        State(zone), new ZoneView(zone, new Epoch(7), serial, serial, ImmutableDictionary<RecordKey, Record>.Empty, []));

    private sealed class Clock : TimeProvider
    {
        public TimeProvider Inner { get; set; } = System;

        public override long TimestampFrequency => Inner.TimestampFrequency;

        public override long GetTimestamp() => Inner.GetTimestamp();
    }
}
