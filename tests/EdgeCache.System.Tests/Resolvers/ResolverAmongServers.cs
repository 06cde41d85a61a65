using System.Diagnostics;
using static EdgeCache.System.Tests.Resolvers.LoopbackServer;

namespace EdgeCache.System.Tests.Resolvers;

/// <summary>The built program as a resolver below a root that delegates <c>evil.</c>, whose server does what a test says, and one other zone.</summary>
internal sealed class ResolverAmongServers : IAsyncDisposable
{
    private const int Ttl = 3_600;
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-resolver-").FullName;
    private readonly int _listen;
    private readonly List<LoopbackServer> _servers = [];
    private ServedProgram? _program;

    private ResolverAmongServers(int listen) => _listen = listen;

    /// <summary>What the server of <c>evil.</c> answers, and whether it was asked over TCP.</summary>
    public Func<LoopbackQuestion, bool, IEnumerable<byte[]>> Script { get; set; } = static (_, _) => [];

    /// <summary>The server of the other zone.</summary>
    public LoopbackServer Other => _servers[1];

    public LoopbackServer Evil => _servers[2];

    /// <summary>Starts it all; <paramref name="net"/>: the first three parts of the servers' addresses.</summary>
    public static async Task<ResolverAmongServers> StartAsync(string net, int listen, int upstream, string other, Func<LoopbackQuestion, IEnumerable<byte[]>> otherScript)
    {
        var among = new ResolverAmongServers(listen);
        await File.WriteAllTextAsync(Path.Combine(among._folder, "root.hints"), $". 3600 NS ns.root.\nns.root. 3600 A {net}.1\n");
        await among.TurnClockAsync(0);
        among._servers.Add(new LoopbackServer($"{net}.1", upstream, (q, _) =>
        [
            q.Name.EndsWith(other, StringComparison.Ordinal)
                ? Reply(q, 0, [], [Ns(other, Ttl, $"ns.{other}")], [A($"ns.{other}", Ttl, $"{net}.2")])
                : Reply(q, 0, [], [Ns("evil.", Ttl, "ns.evil.")], [A("ns.evil.", Ttl, $"{net}.3")]),
        ]));
        among._servers.Add(new LoopbackServer($"{net}.2", upstream, (q, _) => otherScript(q)));
        among._servers.Add(new LoopbackServer($"{net}.3", upstream, (q, overTcp) => among.Script(q, overTcp)));
        among._program = await ServedProgram.StartAsync(
            among._folder, "ready", "resolver", "--dns", $"127.0.0.1:{listen}", "--root-hints", "root.hints", "--upstream-port", $"{upstream}", "--test-clock", "clock");
        return among;
    }

    /// <summary>Sets how many seconds the resolver's cache is ahead; it looks each second.</summary>
    public Task TurnClockAsync(int seconds) => File.WriteAllTextAsync(Path.Combine(_folder, "clock"), $"{seconds}");

    /// <summary>What dig prints when it asks the resolver.</summary>
    public async Task<string> DigAsync(params string[] arguments)
    {
        using var dig = Process.Start(new ProcessStartInfo("dig", ["@127.0.0.1", "-p", $"{_listen}", .. arguments]) { RedirectStandardOutput = true })!;
        return await dig.StandardOutput.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await (_program?.DisposeAsync() ?? ValueTask.CompletedTask);
        _servers.ForEach(static s => s.Dispose());
        Directory.Delete(_folder, recursive: true);
    }
}
