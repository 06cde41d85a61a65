using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Zones.Replication;

/// <summary>What the parts of one replicator share.</summary>
internal sealed record ReplicatorParts(IRegionLog Source, IZoneStore Local, ReplicatorOptions Options, TimeProvider Time, Random Random, ILogger Log)
{
    private const int LocalPage = 500;
    private static readonly TimeSpan PolicyAge = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private ZoneDirectory? _directory;
    private long _directoryAt;

    /// <summary>What was done.</summary>
    public ReplicatorCounters Counters { get; } = new();

    /// <summary>Chance of waits.</summary>
    public Jitter Jitter { get; } = new(Random);

    /// <summary>A call whose answer is lost must not hold the replicator for ever.</summary>
    public Task<T> Within<T>(ValueTask<T> call, CancellationToken cancellation) => call.AsTask().ResultWithin(Options.CallTimeout, Time, cancellation);

    /// <summary>The own log after a serial.</summary>
    public async Task<ZoneRead> ReadLocalAsync(ZoneName zone, Epoch epoch, long after, CancellationToken cancellation) =>
        (await Within(Local.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, epoch, after)], LocalPage, cancellation), cancellation)).Zones[0];

    /// <summary>The zone's policy here, at most a second old.</summary>
    public async ValueTask<ZonePolicy> PolicyAsync(ZoneName zone, CancellationToken cancellation)
    {
        if (_directory is not { } known || Time.GetElapsedTime(_directoryAt) > PolicyAge)
        {
            _directoryAt = Time.GetTimestamp();
            _directory = known = await Within(Local.ReadDirectoryAsync(cancellation), cancellation);
        }

        return known.Find(zone)?.Policy ?? ZonePolicy.Standard;
    }

    public string NewChangeId()
    {
        lock (_lock)
        {
            return ChangeIds.New(Time.GetUtcNow().ToUnixTimeMilliseconds(), Random);
        }
    }

    public ulong NewNonce()
    {
        lock (_lock)
        {
            return (ulong)Random.NextInt64(1, long.MaxValue);
        }
    }
}
