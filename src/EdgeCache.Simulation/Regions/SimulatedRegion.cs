using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Network;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Replication;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Simulation.Regions;

/// <summary>A region: its store, one origin that writes to it, and a replicator from each other region.</summary>
internal sealed class SimulatedRegion
{
    private readonly World _world;
    private readonly List<SimulatedReplicator> _replicators = [];
    private readonly Dictionary<ZoneName, (Epoch Epoch, long Serial, ulong Nonce)> _committed = [];

    public SimulatedRegion(World world, string name)
    {
        _world = world;
        Name = name;
        Node = world.AddNode($"store-{name}");
        Store = new MemoryZoneStore(Node.Time, new Random(world.Chance.Next()), name) { IsDurable = true };
        Publisher = new ZonePublisher(Store, Node.Time, new Random(world.Chance.Next()), name);
    }

    public string Name { get; }

    public WorldNode Node { get; }

    public MemoryZoneStore Store { get; }

    public ZonePublisher Publisher { get; }

    public IReadOnlyList<SimulatedReplicator> Replicators => _replicators;

    /// <summary>A writer looks whether what it committed last is still in the log, and opens a new epoch where it is not, whatever the store says of itself (PLANE.md 3): as the committer of Redis does.</summary>
    public void NoticeLoss(ZoneName zone)
    {
        if (!_committed.TryGetValue(zone, out var mine))
        {
            return;
        }

        var log = Store.Read(s => s.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, mine.Epoch, mine.Serial - 1)], 1, CancellationToken.None)).Zones[0];
        if (log.Epoch == mine.Epoch && (log.Head < mine.Serial || (log.Entries is [var there, ..] && there.Serial == mine.Serial && there.Nonce != mine.Nonce)))
        {
            AtOnce.Done(Store.OpenEpochAsync(zone, 0, CancellationToken.None).AsTask());
        }
    }

    /// <summary>The writer has just committed something.</summary>
    public void NoteCommitted(ZoneName zone)
    {
        var log = Store.Read(s => s.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, default, 0)], 1, CancellationToken.None)).Zones[0];
        _committed[zone] = (log.Epoch, log.Head, log.HeadNonce);
    }

    /// <summary>Begins to follow another region.</summary>
    public void Follow(SimulatedRegion other, TimeSpan delay, TimeSpan window) => _replicators.Add(new SimulatedReplicator(_world, this, other, delay, window));

    /// <summary>Digests of everything a zone holds.</summary>
    public IReadOnlyList<RecordDigest> Digests(ZoneName zone) => [.. Store.Read(s => s.ListAsync(zone, null, 10_000, CancellationToken.None)).Select(RecordDigest.Of)];

    /// <summary>The values that stand in a zone, by record.</summary>
    public IReadOnlyList<string> Values(ZoneName zone) =>
        [.. Store.Read(s => s.ListAsync(zone, null, 10_000, CancellationToken.None)).Where(r => !r.IsDeleted).Select(r => $"{r.Key}: {string.Join(' ', WriteLedger.Standing(r))}")];

    /// <summary>A record that another region holds otherwise.</summary>
    public RecordKey FirstOther(SimulatedRegion other, ZoneName zone, bool byValue)
    {
        var (mine, theirs) = (Digests(zone), other.Digests(zone));
        var values = Values(zone).ToHashSet(StringComparer.Ordinal);
        values.SymmetricExceptWith(other.Values(zone));
        return mine.Union(theirs).First(d => byValue ? values.Any(v => v.StartsWith($"{d.Key}:", StringComparison.Ordinal)) : !mine.Contains(d) || !theirs.Contains(d)).Key;
    }

    /// <summary>The whole log of a zone.</summary>
    public ZoneRead Log(ZoneName zone)
    {
        var head = Store.Read(s => s.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, default, 0)], 1, CancellationToken.None)).Zones[0];
        return Store.Read(s => s.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, head.Epoch, 0)], 100_000, CancellationToken.None)).Zones[0];
    }
}

/// <summary>One replicator process between two regions, each of which it reaches over a network of its own.</summary>
internal sealed class SimulatedReplicator
{
    private readonly SimulatedRegion _to;
    private readonly SimulatedRegion _from;
    private readonly ReplicatorOptions _options;

    public SimulatedReplicator(World world, SimulatedRegion to, SimulatedRegion from, TimeSpan delay, TimeSpan window)
    {
        _to = to;
        _from = from;
        Node = world.AddNode($"{from.Name}>{to.Name}");
        _options = new ReplicatorOptions { Name = Node.Name, Delay = delay, Window = window };
        Start();
    }

    public WorldNode Node { get; }

    /// <summary>The way between the regions.</summary>
    public NetworkConditions Far { get; } = new() { MinDelay = TimeSpan.FromMilliseconds(2), MaxDelay = TimeSpan.FromMilliseconds(80) };

    /// <summary>The way to the own store.</summary>
    public NetworkConditions Near { get; } = new();

    public Replicator Replicator { get; private set; } = null!; // Set by Start.

    /// <summary>The running of it, for its failure.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>kill -9, and a new process.</summary>
    public void Restart()
    {
        Node.Crash();
        Start();
    }

    private void Start()
    {
        var source = new StoreRegionLog(new StoreLink(Node, _from.Store, Far));
        var local = new StoreLink(Node, _to.Store, Near);
        Replicator = new Replicator(source, local, _options, Node.Time, new Random(Node.World.Chance.Next()), new TimelineLog<Replicator>(Node));
        Node.Enter(() => Running = Replicator.RunAsync(CancellationToken.None));
    }
}
