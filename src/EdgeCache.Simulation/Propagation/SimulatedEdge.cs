using EdgeCache.Http.Revalidation;
using EdgeCache.Http.Storage;
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
    private readonly SettlingOptions _settling;
    private readonly Dictionary<int, Entry> _entries = [];
    private readonly HashSet<int> _filling = [];
    private readonly HeatQueue _heat = new();
    private ValidationPace _pace = new();

    public SimulatedEdge(WorldNode node, Shop shop, IZoneStore store, Judge judge, Mechanisms mechanisms, SettlingOptions settling)
    {
        _settling = settling;
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

    /// <summary>Answers that were possibly old.</summary>
    public long PossiblyOld { get; private set; }

    /// <summary>Requests that had to wait for the application.</summary>
    public long Waits { get; private set; }

    private long Milliseconds => Node.Time.Milliseconds();

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
        _filling.Clear();
        _heat.Clear();
        _pace = new ValidationPace();
        Link = new StoreLink(Node, _store, Network);
        var options = new FollowerOptions { Node = Node.Name, Interest = FloorInterest.Pages, TickOnTimer = true };
        options.DoubtLimit = _mechanisms.HasFlag(Mechanisms.Doubts) ? _settling.Limit : TimeSpan.Zero;
#if DEBUG
        options.TrustsEveryHint = !_mechanisms.HasFlag(Mechanisms.GapDetection);
        options.ResyncsWithoutFloor = !_mechanisms.HasFlag(Mechanisms.ResyncFloor);
#endif
        Follower = Link.Follow(options);
        Node.Enter(() =>
        {
            Running = Follower.RunAsync(CancellationToken.None);
            _ = SettleAsync();
        });
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
        if (mayBeFresh && _entries.TryGetValue(page, out var entry))
        {
            if (IsFresh(zone, page, entry))
            {
                Hits++;
                _judge.Served(this, page, entry.Version);
                return;
            }

            if (IsPossiblyOld(zone, page, entry))
            {
                PossiblyOld++;
                _heat.Add((ulong)page);
                _judge.ServedPossiblyOld(this, page, entry.Version, _settling.Limit);
                return;
            }
        }

        Waits++;
        if (zone.Doubt is not null)
        {
            _pace.Spend(Rate, Milliseconds);
        }

        await FillAsync(zone, page);
    }

    private double Rate => ValidationPace.ShareOf(_settling.Rate, Follower.Peers);

    /// <summary>What an edge does about pages that are possibly old: see <see cref="Revalidator"/>.</summary>
    private async Task SettleAsync()
    {
        while (true)
        {
            await Task.Delay(SettlingOptions.Beat, Node.Time);
            var zone = Follower.Zones.ForHost(PropagationScenario.Host);
            if (zone.Doubt is not { IsRead: true } doubt || doubt.IsOver(Node.Time.GetTimestamp()))
            {
                _heat.Clear();
                continue;
            }

            _pace.Open(Node.Time.Milliseconds(doubt.RaisedAt), Node.World.Chance.NextDouble(), Rate, Milliseconds);
            while (_pace.Wait(Rate, Milliseconds) == 0 && TryNext(zone, out var page))
            {
                _pace.Spend(Rate, Milliseconds);
                _ = SettleAsync(zone, page);
            }

            if (_filling.Count == 0 && !_entries.Any(e => IsPossiblyOld(zone, e.Key, e.Value)))
            {
                zone.Settle(doubt);
            }
        }
    }

    private async Task SettleAsync(ZoneState zone, int page)
    {
        _filling.Add(page);
        await FillAsync(zone, page);
        _filling.Remove(page);
    }

    private bool TryNext(ZoneState zone, out int page)
    {
        while (_heat.TryTake(out var hot))
        {
            page = (int)hot;
            if (MayBegin(zone, page))
            {
                return true;
            }
        }

        page = _entries.Keys.Order().Where(p => MayBegin(zone, p)).FirstOrDefault(-1);
        return page >= 0;
    }

    private bool MayBegin(ZoneState zone, int page) => !_filling.Contains(page) && _entries.TryGetValue(page, out var entry) && IsPossiblyOld(zone, page, entry);

    private async Task FillAsync(ZoneState zone, int page)
    {
        var (mark, sentAt) = (zone.Floors.Generation, Milliseconds);
        var version = await _shop.ReadAsync(Node, page);
        var filled = new Entry(zone, mark, version, sentAt);
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
        if (Check(zone, page, entry) != FloorVerdict.None)
        {
            return false;
        }

        entry.Mark = generation;
        return true;
    }

    private bool IsPossiblyOld(ZoneState zone, int page, Entry entry) =>
        ReferenceEquals(entry.Zone, zone) && Check(zone, page, entry) == FloorVerdict.Doubtful
        && PageDoubt.MayServe(zone.Doubt, entry.SentAt, (ulong)page, Node.Time, Milliseconds);

    private static FloorVerdict Check(ZoneState zone, int page, Entry entry)
    {
        var hash = zone.Floors.Hash;
        ReadOnlySpan<ulong> keys = [hash.Of(SelectorKind.Tag, PropagationScenario.TagOf(page)), hash.Of(SelectorKind.Host, PropagationScenario.Host)];
        return zone.Floors.Check(new FloorSubject(keys), entry.Mark);
    }

    private sealed class Entry(ZoneState zone, long mark, int version, long sentAt)
    {
        public long SentAt { get; } = sentAt;

        public ZoneState Zone { get; } = zone;

        public long Mark { get; set; } = mark;

        public int Version { get; } = version;
    }
}
