using System.Net;
using System.Runtime.CompilerServices;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Origin;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Running;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Targets;
using EdgeCache.Load.Topology;

namespace EdgeCache.Load.Grid;

/// <summary>
/// An EdgeCache edge, nginx and Unbound in front of the same versions: one ledger, one origin and one name server, so that all see the same writes at the same time.
/// Those that are not installed are left out with a message.
/// </summary>
internal sealed class ComparedCaches : IRunEnvironment
{
    /// <summary>Where the tool's origin listens for nginx, as load/peers/nginx.conf says.</summary>
    public const int OriginPort = 8000;

    private const int AuthorityPort = 5390;
    private const int NginxPort = 8070;
    private const int UnboundPort = 5370;
    private const string Zone = "load.test";

    private readonly IRunEnvironment _edge;
    private readonly VersionedAuthority _authority;
    private readonly List<ChildProcess> _peers = [];
    private readonly List<IReadTarget> _targets = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-peers-").FullName;

    private ComparedCaches(IRunEnvironment edge, VersionedAuthority authority)
    {
        _edge = edge;
        _authority = authority;
        _targets.Add(edge.Targets[0]);
    }

    public IReadOnlyList<IReadTarget> Targets => _targets;

    public VersionLedger Ledger => _edge.Ledger;

    public long? UpstreamRequests => _edge.UpstreamRequests + _authority.Queries;

    public SeededDefect? SeededDefect => null;

    public static async Task<ComparedCaches> StartAsync(CellPlan plan, IReadOnlyList<string> program, Action<string> progress, CancellationToken cancellation)
    {
        var scenario = new Scenario
        {
            Name = "compare",
            Chapter = "",
            Expect = "",
            Keys = new KeyPlan { Count = plan.Keys },
            Target = new TargetPlan { Edges = 1 },
            TtlSeconds = 1,
        };
        var edge = await EdgeCacheEnvironment.StartAsync(
            scenario, program, null, cancellation, new EnvironmentShape { TtlOfKey = plan.TtlOf, OriginPort = OriginPort });
        var all = new ComparedCaches(edge, VersionedAuthority.Start(edge.Ledger, AuthorityPort, Zone, plan.TtlOf));
        try
        {
            await all.AddAsync("nginx", ["-p", all._folder, "-c", Peer("nginx.conf")], NginxPort, () => new HttpTarget(new Uri($"http://127.0.0.1:{NginxPort}"), name: "nginx"), progress, cancellation);
            await all.AddAsync("unbound", ["-d", "-c", Peer("unbound.conf")], UnboundPort, () => new DnsTarget(new IPEndPoint(IPAddress.Loopback, UnboundPort), Zone, "unbound"), progress, cancellation);
            return all;
        }
        catch
        {
            await all.DisposeAsync();
            throw;
        }
    }

    public Task<PublishOutcome> PublishAsync(int key, long version, string? session, CancellationToken cancellation) => _edge.PublishAsync(key, version, session, cancellation);

    public Task<IReadOnlyList<FaultSpan>> InjectAsync(IReadOnlyList<Fault> faults, TimeSpan warmUp, CancellationToken cancellation) => _edge.InjectAsync(faults, warmUp, cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (var target in _targets.Skip(1))
        {
            await target.DisposeAsync();
        }

        foreach (var peer in _peers)
        {
            await peer.DisposeAsync();
        }

        await _authority.DisposeAsync();
        await _edge.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AddAsync(
        string name, IReadOnlyList<string> arguments, int port, Func<IReadTarget> target, Action<string> progress, CancellationToken cancellation)
    {
        if (ProgramPath.Find(name) is not { } file)
        {
            progress($"{name} is not on PATH: left out (Debian: apt-get install {name})");
            return;
        }

        var peer = new ChildProcess(name, file, arguments, _folder, c => LoopbackPort.AnswersAsync(port, c));
        _peers.Add(peer);
        await peer.StartAsync(cancellation);
        _targets.Add(target());
    }

    private static string Peer(string file, [CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../peers", file));
}
