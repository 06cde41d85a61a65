using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Resolver;
using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Network;
using EdgeCache.Simulation.Propagation;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Simulation.Resolving;

/// <summary>A resolver: the real follower and the real cache with its marks, versions and lives, over simulated networks to the store and to the servers of the zone.</summary>
internal sealed class SimulatedResolver : IFaultyProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private readonly IZoneStore _store;
    private readonly ZoneTruth _truth;
    private readonly IReadOnlyList<SimulatedAuthority> _servers;
    private readonly ResolverJudge _judge;
    private readonly ResolverMechanisms _mechanisms;
    private readonly bool _isPush;
    private Follower _follower = null!; // The rest is set by Start.
    private FollowedApexes _zones = null!;
    private CacheClock _clock = null!;
    private CacheReader _reader = null!;
    private CacheWriter _writer = null!;
    private TimeSpan _startedAt;

    public SimulatedResolver(
        WorldNode node, IZoneStore store, ZoneTruth truth, IReadOnlyList<SimulatedAuthority> servers, ResolverJudge judge, ResolverMechanisms mechanisms, bool isPush)
    {
        Node = node;
        _store = store;
        _truth = truth;
        _servers = servers;
        _judge = judge;
        _mechanisms = mechanisms;
        _isPush = isPush;
        Shown = new ShownStates(node, truth);
        Start();
    }

    public WorldNode Node { get; }

    public NetworkConditions Network { get; } = new();

    /// <summary>When it came to know each state of the zone.</summary>
    public ShownStates Shown { get; private set; }

    /// <summary>Answers out of the cache.</summary>
    public long Hits { get; private set; }

    /// <summary>What it knows of the zone; null before it knows that there is one.</summary>
    public ZoneView? View => _follower.Zones.Find(ResolverScenario.Zone)?.View;

    public void Restart()
    {
        Node.Crash();
        Start();
    }

    public void Ask(int question) => Node.After(TimeSpan.Zero, () => _ = AskAsync(question));

    private void Start()
    {
        Shown = new ShownStates(Node, _truth);
        _startedAt = Node.World.Now;
        var options = new FollowerOptions { Node = Node.Name, Role = "resolver", Interest = _isPush ? FloorInterest.Names : FloorInterest.NamePurges, TickOnTimer = true };
        _follower = new StoreLink(Node, _store, Network).Follow(options, Shown);
        IFollower seen = _mechanisms.HasFlag(ResolverMechanisms.Health) ? _follower : new AlwaysHealthy(_follower);
        _clock = new CacheClock(Node.Time);
        var cache = new DnsCache(1 << 20, _clock);
        var zones = new FollowedApexes(seen, _isPush);
        zones.OnArrived = () => cache.RemoveWhere(e => !zones.IsMarkedRightly(e));
        _zones = zones;
        _reader = new CacheReader(cache, _clock, new Freshness(Node.Time, seen));
        _writer = new CacheWriter(cache, _clock, new ResolverOptions { MinTtl = _mechanisms.HasFlag(ResolverMechanisms.Lifetimes) ? 0 : 30u }, _mechanisms.HasFlag(ResolverMechanisms.Floors) ? _zones : null);
        Node.Enter(() => _ = _follower.RunAsync(CancellationToken.None));
    }

    private async Task AskAsync(int question)
    {
        _zones.Watch();
        if (_isPush && _follower.Zones.Find(ResolverScenario.Zone) is { } zone && _mechanisms.HasFlag(ResolverMechanisms.Health)
            && _follower.HealthOf(zone, Node.Time.GetTimestamp()) == PlaneHealth.Suspect)
        {
            await _follower.AwaitFreshAsync(zone, Patience, CancellationToken.None);
        }

        var asked = ResolverScenario.Questions[question];
        var now = _reader.Now;
        var link = _reader.Find(asked.Name.Wire, asked.Type, now);
        if (link.Entry is not { } entry)
        {
            Fetch(asked);
            return;
        }

        Hits++;
        var result = LinkResult.Of(link, asked, now);
        var text = result.Rcode == EdgeCache.Dns.Wire.Rcode.NxDomain ? "no name" : result.Sets.Count == 0 ? "no data" : ZoneTruth.Text(result.Sets);
        _judge.Answered(this, question, text, _startedAt + TimeSpan.FromMilliseconds(entry.Filled));
    }

    /// <summary>A question travels to one of the servers, is answered there, and its answer is kept as the real resolver keeps it.</summary>
    private void Fetch(Asked asked)
    {
        var (server, life, world) = (_servers[Node.World.Chance.Next(_servers.Count)], Node.Life, Node.World);
        var position = Position(asked);
        var ask = new ServerAsk(ResolverScenario.Apex, asked, Recursive: false, position.WantsVersion);
        var query = UpstreamQuestion.Write(SimulatedAuthority.Form(asked, position.WantsVersion), world.Chance);
        var sentAt = _clock.Now;
        world.After(Way(), () =>
        {
            if (!server.Node.IsStopped && server.Answer(query) is { } reply)
            {
                world.Enqueue(Way(), Node, life, () => Keep(ask, reply, _mechanisms.HasFlag(ResolverMechanisms.MarkBeforeAsking) ? position : Position(asked), sentAt));
            }
        });
    }

    private FillPosition Position(Asked asked) => _writer.Position(asked.Name);

    private void Keep(ServerAsk ask, byte[] reply, FillPosition position, long sentAt)
    {
        if (!ReplyContent.TryRead(reply, out var content) || content is null)
        {
            throw new InvalidOperationException("the real authority wrote what the real resolver cannot read");
        }

        var judged = ReplyJudge.Judge(ask.Zone, ask.Asked, ask.Recursive, content);
        if (!_mechanisms.HasFlag(ResolverMechanisms.Versions) && position.Marks is { } marks)
        {
            judged = judged with { Version = (ask.Zone, marks.SoaSerial) };
        }

        _writer.Keep(ask, judged, position, sentAt);
    }

    private TimeSpan Way() => TimeSpan.FromMilliseconds(0.2) + Node.World.Within(TimeSpan.FromMilliseconds(20));

    /// <summary>Trusts what it knows whatever became of the log.</summary>
    private sealed class AlwaysHealthy(IFollower follower) : IFollower
    {
        public ZoneMap Zones => follower.Zones;

        public PlaneHealth HealthOf(ZoneState zone, long timestamp) => PlaneHealth.Healthy;

        public ValueTask<PlaneHealth> AwaitFreshAsync(ZoneState zone, TimeSpan limit, CancellationToken cancellation) => new(PlaneHealth.Healthy);

        public ValueTask<bool> AwaitPositionAsync(Zones.Log.Position position, TimeSpan limit, CancellationToken cancellation) => follower.AwaitPositionAsync(position, limit, cancellation);
    }
}
