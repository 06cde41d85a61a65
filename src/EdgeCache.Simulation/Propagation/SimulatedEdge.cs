using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Network;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Simulation.Propagation;

/// <summary>An edge: the real follower over a simulated network, and the smallest cache that obeys its rules.</summary>
internal sealed class SimulatedEdge : IFaultyProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private readonly Shop _shop;
    private readonly IZoneStore _store;
    private readonly Judge _judge;
    private readonly Mechanisms _mechanisms;
    private readonly Dictionary<int, Entry> _entries = [];

    public SimulatedEdge(WorldNode node, Shop shop, IZoneStore store, Judge judge, Mechanisms mechanisms)
    {
        Node = node;
        _shop = shop;
        _store = store;
        _judge = judge;
        _mechanisms = mechanisms;
        Start();
    }

    public WorldNode Node { get; }

    public NetworkConditions Network { get; } = new();

    public Follower Follower { get; private set; } = null!; // Set by Start.

    public StoreLink Link { get; private set; } = null!; // Set by Start.

    public long Hits { get; private set; }

    /// <summary>The running of the follower, for its failure.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>A new process with the same name and an empty cache.</summary>
    public void Restart()
    {
        Node.Crash();
        Start();
    }

    public void Request(int page) => Node.After(TimeSpan.Zero, () => _ = RequestAsync(page));

    private void Start()
    {
        _entries.Clear();
        Link = new StoreLink(Node, _store, Network);
        var options = new FollowerOptions { Node = Node.Name, Interest = FloorInterest.Pages, TickOnTimer = true };
#if DEBUG
        options.TrustsEveryHint = !_mechanisms.HasFlag(Mechanisms.GapDetection);
        options.ResyncsWithoutFloor = !_mechanisms.HasFlag(Mechanisms.ResyncFloor);
#endif
        Follower = Link.Follow(options);
        Node.Enter(() => Running = Follower.RunAsync(CancellationToken.None));
    }

    private async Task RequestAsync(int page)
    {
        var zone = Follower.Zones.ForHost(PropagationScenario.Host);
        var health = Follower.HealthOf(zone, Node.Time.GetTimestamp());
        if (health == PlaneHealth.Suspect && _mechanisms.HasFlag(Mechanisms.Ticks))
        {
            health = await Follower.AwaitFreshAsync(zone, Patience, CancellationToken.None);
            zone = Follower.Zones.ForHost(PropagationScenario.Host);
        }

        _judge.Looked(this, zone.View);
        var mayBeFresh = health switch
        {
            PlaneHealth.Healthy => true,
            PlaneHealth.Suspect => !_mechanisms.HasFlag(Mechanisms.Ticks),
            _ => !_mechanisms.HasFlag(Mechanisms.Horizon),
        };
        if (mayBeFresh && _entries.TryGetValue(page, out var entry) && IsFresh(zone, page, entry))
        {
            Hits++;
            _judge.Served(this, page, entry.Version);
            return;
        }

        await FillAsync(zone, page);
    }

    private async Task FillAsync(ZoneState zone, int page)
    {
        var mark = zone.Floors.Generation;
        var version = await _shop.ReadAsync(Node, page);
        var filled = new Entry(zone, mark, version);
        if (IsFresh(zone, page, filled) && ReferenceEquals(zone, Follower.Zones.ForHost(PropagationScenario.Host)))
        {
            _entries[page] = filled;
        }
    }

    private bool IsFresh(ZoneState zone, int page, Entry entry)
    {
        if (!ReferenceEquals(entry.Zone, zone))
        {
            return false;
        }

        if (entry.Mark == zone.Floors.Generation || !_mechanisms.HasFlag(Mechanisms.Floors))
        {
            return true;
        }

        var generation = zone.Floors.Generation;
        var hash = zone.Floors.Hash;
        ReadOnlySpan<ulong> keys = [hash.Of(SelectorKind.Tag, PropagationScenario.TagOf(page)), hash.Of(SelectorKind.Host, PropagationScenario.Host)];
        if (zone.Floors.Check(new FloorSubject(keys), entry.Mark) != FloorVerdict.None)
        {
            return false;
        }

        entry.Mark = generation;
        return true;
    }

    private sealed class Entry(ZoneState zone, long mark, int version)
    {
        public ZoneState Zone { get; } = zone;

        public long Mark { get; set; } = mark;

        public int Version { get; } = version;
    }
}
