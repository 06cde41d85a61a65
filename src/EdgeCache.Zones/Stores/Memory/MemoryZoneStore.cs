using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Memory;

/// <summary>
/// A store that lives and dies with its process: for an edge on its own, for tests, and for the simulator, which also breaks it on purpose.
/// Thread-safe; one lock.
/// </summary>
public sealed class MemoryZoneStore : IZoneStore
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Dictionary<ZoneName, MemoryZone> _zones = [];
    private readonly Dictionary<string, (NodeReport Report, long Expires)> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HintSubscribers _hints = new();
    private volatile ZoneDirectory _directory;
    private string _runId;

    /// <summary>Makes a store that holds the zone <c>default</c>.</summary>
    public MemoryZoneStore(TimeProvider time, Random random, string region = "")
    {
        _time = time;
        _random = random;
        Region = region;
        _runId = NewRunId();
        _directory = new ZoneDirectory(1, [new ZoneDefinition(ZoneName.Default, ZonePolicy.Standard)]);
        _zones[ZoneName.Default] = NewZone();
    }

    /// <inheritdoc/>
    public string Region { get; }

    /// <inheritdoc/>
    public int LongestBatch => BatchChange.MaxWhole;

    /// <summary>What <see cref="ShardRead.IsDurable"/> says: false unless the simulator plays a durable store.</summary>
    internal bool IsDurable { get; set; }

#if DEBUG
    /// <summary>Test builds only, for zones made from now on: tombstones go when their grace is over, whoever lacks them.</summary>
    internal bool DropsByGrace { get; set; }
#endif

    /// <inheritdoc/>
    public ValueTask<ShardRead> ReadShardAsync(int shard, IReadOnlyList<ZoneCursor> cursors, int maxEntries, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var zones = new ZoneRead[cursors.Count];
            for (var i = 0; i < zones.Length; i++)
            {
                zones[i] = _zones.TryGetValue(cursors[i].Zone, out var zone)
                    ? zone.Read(cursors[i], maxEntries, Now())
                    : new ZoneRead { Zone = cursors[i].Zone, Exists = false };
            }

            return new(new ShardRead { RunId = _runId, IsDurable = IsDurable, At = Now(), Zones = zones });
        }
    }

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        CommitResult result;
        LogEntry? entry;
        lock (_lock)
        {
            if (_directory.Find(request.Zone) is not { } definition)
            {
                return new(new CommitResult { Outcome = CommitOutcome.UnknownZone });
            }

            if (!_zones.TryGetValue(request.Zone, out var zone))
            {
                return new(new CommitResult { Outcome = CommitOutcome.StoreLost });
            }

            (result, entry) = zone.Commit(request, definition.Policy, Region, Now());
        }

        if (entry is not null)
        {
            _hints.Tell(new Hint(entry.Zone, entry.Epoch, entry.Serial, entry));
        }

        return new(result);
    }

    /// <inheritdoc/>
    public ValueTask<Record?> FindAsync(ZoneName zone, RecordKey key, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return new(_zones.GetValueOrDefault(zone) is { } found ? found.Find(key).At(found.GoneBefore(PolicyOf(zone), Now())) : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Record>> ListAsync(ZoneName zone, RecordKey? after, int max, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return new(_zones.GetValueOrDefault(zone) is { } found ? found.List(after, max, found.GoneBefore(PolicyOf(zone), Now())) : []);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HistoryItem>> HistoryAsync(ZoneName zone, RecordKey key, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return new(_zones.GetValueOrDefault(zone)?.History(key) ?? []);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ZoneDirectory> ReadDirectoryAsync(CancellationToken cancellation) => new(_directory);

    /// <inheritdoc/>
    public ValueTask PutZoneAsync(ZoneDefinition definition, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_directory.Find(definition.Zone) is null)
            {
                _zones[definition.Zone] = NewZone(definition.FirstSoaSerial);
            }

            _directory = _directory.With(definition with { FirstSoaSerial = null });
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteZoneAsync(ZoneName zone, CancellationToken cancellation)
    {
        lock (_lock)
        {
            var known = _directory.Find(zone) is not null;
            _zones.Remove(zone);
            _directory = known ? _directory.Without(zone) : _directory;
            return new(known);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Epoch> OpenEpochAsync(ZoneName zone, uint seenSoaSerial, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_directory.Find(zone) is null)
            {
                throw new StoreException($"there is no zone {zone}: create it first");
            }

            if (_zones.TryGetValue(zone, out var found))
            {
                found.OpenEpoch(NewEpoch(), seenSoaSerial, Now());
            }
            else
            {
                _zones[zone] = found = NewZone(SoaSerial.Seed(Now(), seenSoaSerial));
            }

            return new(found.Head.Epoch);
        }
    }

    /// <inheritdoc/>
    public ValueTask PutPeerAsync(ZoneName zone, PeerRegion peer, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _zones.GetValueOrDefault(zone)?.Peers[peer.Region] = peer;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> ForgetPeerAsync(ZoneName zone, string region, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return new(_zones.GetValueOrDefault(zone)?.Peers.Remove(region) ?? false);
        }
    }

    /// <inheritdoc/>
    public ValueTask ReportAsync(NodeReport report, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _nodes[report.Node] = (report, Now() + report.KeptMilliseconds());
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NodeReport>> NodesAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            var now = Now();
            foreach (var (node, _) in _nodes.Where(n => n.Value.Expires <= now).ToList())
            {
                _nodes.Remove(node);
            }

            return new([.. _nodes.Values.Select(n => n.Report).OrderBy(r => r.Node, StringComparer.Ordinal)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<string?> ReadValueAsync(string name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_values.GetValueOrDefault(name));
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> ReplaceValueAsync(string name, string? known, string value, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var fits = _values.GetValueOrDefault(name) == known;
            if (fits)
            {
                _values[name] = value;
            }

            return new(fits);
        }
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<Hint> onHint) => _hints.Add(onHint);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Simulator: a failover to a replica that lacked the newest entries of a zone.</summary>
    internal void LoseTail(ZoneName zone, int entries)
    {
        lock (_lock)
        {
            _zones.GetValueOrDefault(zone)?.LoseTail(entries);
        }
    }

    /// <summary>Simulator: the logs and records are gone, the directory is remembered.</summary>
    internal void Empty()
    {
        lock (_lock)
        {
            _zones.Clear();
        }
    }

    /// <summary>Simulator: one zone's log loses its old entries.</summary>
    internal void Trim(ZoneName zone, long through)
    {
        lock (_lock)
        {
            _zones.GetValueOrDefault(zone)?.Trim(through);
        }
    }

    /// <summary>Simulator: another process serves the store from now on.</summary>
    internal void Restart()
    {
        lock (_lock)
        {
            _runId = NewRunId();
        }
    }

    private ZonePolicy PolicyOf(ZoneName zone) => _directory.Find(zone)?.Policy ?? ZonePolicy.Standard;

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private Epoch NewEpoch() => new(unchecked((ulong)_random.NextInt64(1, long.MaxValue)));

    private string NewRunId() => _random.NextInt64().ToString("x16");

    private MemoryZone NewZone(uint? firstSoaSerial = null) => new(NewEpoch(), firstSoaSerial ?? SoaSerial.Seed(Now(), 0))
    {
#if DEBUG
        DropsByGrace = DropsByGrace,
#endif
    };
}
