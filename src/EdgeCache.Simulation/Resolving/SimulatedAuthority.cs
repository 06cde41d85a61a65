using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Resolver;
using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Network;
using EdgeCache.Simulation.Propagation;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Stores;
using ZoneSnapshot = EdgeCache.Dns.Data.Snapshots.ZoneSnapshot;

namespace EdgeCache.Simulation.Resolving;

/// <summary>A server of the zone: the real follower, projection and answers, behind a network of its own.</summary>
internal sealed class SimulatedAuthority : IFaultyProcess
{
    private static readonly byte[] Secret = new byte[16];
    private readonly IZoneStore _store;
    private readonly ShownStates _shown;
    private Follower _follower = null!; // Set by Start.

    public SimulatedAuthority(WorldNode node, IZoneStore store, ZoneTruth truth)
    {
        Node = node;
        _store = store;
        _shown = new ShownStates(node, truth);
        Start();
    }

    public WorldNode Node { get; }

    public NetworkConditions Network { get; } = new();

    /// <summary>When it had applied a state for the first time; null: it has not.</summary>
    public TimeSpan? AppliedAt(int state) => _shown.Since(state);

    public void Restart()
    {
        Node.Crash();
        Start();
    }

    /// <summary>The answer as of now; null while nothing was read.</summary>
    public byte[]? Answer(byte[] query) =>
        _follower.Zones.Find(ResolverScenario.Zone) is { View: { Epoch.Value: not 0 } view } ? Reply(new FixedZone(view.Projection<ZoneSnapshot>()!), query, Node.Time) : null; // followed with its projection

    /// <summary>What the real authority says of a zone.</summary>
    public static byte[] Reply(IZoneSource zone, byte[] query, TimeProvider time)
    {
        var response = new byte[4_096];
        var length = new AuthorityResponder(new ServerIdentity("simulated", Secret, time), new ZoneIndex([zone])).Respond(query, default, response);
        return response[..Math.Max(0, length)];
    }

    /// <summary>How it is asked.</summary>
    public static QuestionForm Form(Asked asked, bool wantsVersion) =>
        new() { Asked = asked, RecursionDesired = false, WithEdns = true, MixCase = false, WantsVersion = wantsVersion, Cookie = [] };

    private void Start()
    {
        var options = new FollowerOptions { Node = Node.Name, Role = "authority", Interest = FloorInterest.Pages, TickOnTimer = true };
        _follower = new StoreLink(Node, _store, Network).Follow(options, _shown);
        Node.Enter(() => _ = _follower.RunAsync(CancellationToken.None));
    }
}
