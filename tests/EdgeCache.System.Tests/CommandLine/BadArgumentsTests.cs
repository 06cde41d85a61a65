using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeCache.CommandLine;
using Xunit;

namespace EdgeCache.System.Tests.CommandLine;

/// <summary>Tests that look at this process's own console run alone.</summary>
[CollectionDefinition(nameof(OwnConsole), DisableParallelization = true)]
public sealed class OwnConsole;

/// <summary>Every verb with wrong, missing, unknown and contradictory arguments: the exit code of PROTOCOL, one clear line, and no stack trace.</summary>
[Collection(nameof(OwnConsole))]
public sealed class BadArgumentsTests : IDisposable
{
    /// <summary>Nothing listens there.</summary>
    private const string Nobody = "http://127.0.0.1:21139";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-arguments-").FullName;

    public static TheoryData<string, int, string> Lines() => new()
    {
        { "nosuchverb", 2, "nosuchverb" },
        { "--nosuchoption", 2, "'--nosuchoption' is no option of this program" },
        { "--confg x", 2, "did you mean --config?" },
        { "--config none.json", 2, "none.json" },
        { "--config .", 2, "a JSON file" },
        { "node", 2, "'node' needs a verb; allowed: list" },
        { "node lits", 2, "'lits' is no verb of 'node'; did you mean list?\nTry: edgecache node --help" },
        { "zone get shop.test", 2, "'get' is no verb of 'zone'; allowed: list, show" },
        { "node list extra", 2, "'extra' is one word too many" },
        { "node list --admin nonsense", 2, "--admin 'nonsense' is not such an address; allowed: http://HOST:PORT" },
        { "node list --admin NOBODY", 1, "does not answer" },
        { "node list --admin NOBODY --token-file none", 2, "none" },
        { "node list --admin NOBODY --token-file .", 2, "denied" },
        { "health --admin NOBODY", 1, "Is it running? Start it with: edgecache" },
        { "zone import bad..zone x", 2, "'bad..zone' is not a zone; allowed: labels of 1 to 63 letters" },
        { "zone show", 2, "<zone> is missing" },
        { "zone list --admin NOBODY --json", 1, "does not answer" },
        { "zone import shop.test none.zone --json", 2, "none.zone" },
        { "purge --json", 2, "nothing is selected" },
        { "resolve www.shop.test NOPE --json", 2, "'NOPE' is not a record type" },
        { "resolve www.shop.test --trace --root-hints none --json", 2, "none" },
        { "simulate --seed x --json", 2, "--seed 'x' is not a whole number" },
        { "verify --scenario none.json --json", 2, "'none.json' does not exist" },
        { "verify --json", 2, "--scenario is missing" },
        { "zone put x.test --max-lag soon", 2, "--max-lag 'soon' is not a duration; allowed: a number with ms, s, m, h or d" },
        { "zone put x.test --retention-entries many", 2, "--retention-entries" },
        { "zone import shop.test none.zone --admin NOBODY", 2, "none.zone" },
        { "zone import shop.test", 2, "<file> is missing" },
        { "record put shop.test www", 2, "type" },
        { "record put shop.test www A", 2, "no value, or two; allowed: the value after the type, or --file FILE" },
        { "record put shop.test www DOC text --file x", 2, "no value, or two" },
        { "record put shop.test www DOC --file none --admin NOBODY", 2, "none" },
        { "record put shop.test @ TXT @none --admin NOBODY", 1, "does not answer" },
        { "record put shop.test www A 192.0.2.1 --ttl -1", 2, "--ttl '-1' is not allowed; allowed: 0 to 604800 seconds" },
        { "record put shop.test www A 192.0.2.1 --ttl soon", 2, "--ttl 'soon' is not a whole number" },
        { "record put shop.test www A 192.0.2.1 --ttl 99999999999", 2, "--ttl '99999999999' is not a whole number, or too large" },
        { "record get shop.test www A --admin NOBODY", 1, "does not answer" },
        { "record diff shop.test www A", 2, "--from is missing" },
        { "record diff shop.test www A --from x --to 2", 2, "--from 'x' is not a whole number" },
        { "record revert shop.test www A", 2, "--to is missing" },
        { "purge", 2, "nothing is selected; allowed: --url, --tag, --prefix, --host, --name, --subtree, --all" },
        { "purge --tag", 2, "--tag needs a value" },
        { "purge --name www", 2, "--name is relative to a zone; allowed: --zone ZONE beside it" },
        { "purge --tag x --type A", 2, "allowed: --name NAME beside it" },
        { "purge --tag x --settle soon", 2, "--settle 'soon' is not a duration" },
        { "purge --tag x --admin NOBODY", 1, "does not answer" },
        { "change wait", 2, "change" },
        { "change wait x:0123456789abcdef:1 --timeout soon", 2, "--timeout 'soon' is not a duration" },
        { "change wait x:0123456789abcdef:1 --admin NOBODY --timeout 200ms", 1, "does not answer" },
        { "explain", 2, "<url-or-name> is missing" },
        { "explain EMPTY", 2, "nothing to explain; allowed: a URL" },
        { "resolve EMPTY", 2, "is not a domain name" },
        { "resolve", 2, "<name> is missing" },
        { "resolve www.shop.test NOPE", 2, "'NOPE' is not a record type" },
        { "resolve www.shop.test A --server nonsense", 2, "--server 'nonsense' is not such an address; allowed: IP:PORT" },
        { "simulate --minutes -1", 2, "--minutes is more than 0" },
        { "simulate --minutes soon", 2, "--minutes 'soon' is not a number" },
        { "simulate --seed x", 2, "--seed 'x' is not a whole number" },
        { "simulate --scenario nope", 2, "--scenario 'nope' is not known; allowed: propagation, regions, resolvers, all" },
        { "verify", 2, "--scenario is missing" },
        { "verify --scenario none.json", 2, "'none.json' does not exist" },
        { "verify --scenario none.json --max-stale-rate 500%", 2, "allowed: a share from 0% to 100%" },
        { "edge", 2, "neither upstream nor tier is set" },
        { "edge --listen nonsense --upstream also-nonsense --purge-from x", 2, "--purge-from: 'x'" },
        { "edge --upstream NOBODY --memory 1", 2, "--memory '1' is not a size; allowed: a whole number with KiB, MiB or GiB" },
        { "edge --upstream NOBODY --routes none.json", 2, "none.json" },
        { "origin --dns 127.0.0.1:21139 --notify 127.0.0.1:53=nobody", 2, "there is no key 'nobody' for 127.0.0.1:53" },
        { "origin --dns 127.0.0.1:21139 --notify nonsense=k", 2, "'nonsense=k' is not such an address" },
        { "resolver --dns 127.0.0.1:21139 --forward 127.0.0.1:53 --query-log none/query.log", 1, "the log file" },
        { "edge --upstream NOBODY --access-log x --access-log-format w3c", 2, "--access-log-format 'w3c' is not known; allowed: combined, json" },
        { "edge --upstream NOBODY --listen http://127.0.0.1:21138 --access-log none/access.log", 1, "the log file" },
        { "resolver", 2, "there is nothing to start from" },
        { "resolver --forward nonsense", 2, "--forward: 'nonsense' is not such an address; allowed: IP:PORT" },
        { "resolver --root-hints none", 2, "none" },
        { "origin --dns nonsense", 2, "--dns: 'nonsense'" },
        { "origin --zone-file shop.test", 2, "is not ZONE=FILE" },
        { "origin --zone-file shop.test=none", 2, "'none' is not there" },
        { "origin --admin http://0.0.0.0:21137", 2, "can be reached from other machines and no token is set" },
        { "origin --redis-durability forever", 2, "--redis-durability 'forever' is not known; allowed: memory, replicated, fsync" },
        { "shop --listen nonsense", 2, "--listen: 'nonsense'" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Line_ThatIsWrong_ExitsByProtocolAndSaysWhatIsAllowed(string line, int exit, string says)
    {
        var arguments = line.Split(' ').Select(a => a is "EMPTY" ? "" : a.Replace("NOBODY", Nobody, StringComparison.Ordinal)).ToArray();
        var (code, output, error) = await RunAsync(arguments);
        Assert.Equal(exit, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("EdgeCache.", error, StringComparison.Ordinal);
        if (!arguments.Contains("--json"))
        {
            Assert.Equal("", output);
            return;
        }

        // Whoever asks for JSON gets JSON, whatever happens.
        using var document = JsonDocument.Parse(output);
        Assert.Equal(exit, document.RootElement.GetProperty("exit").GetInt32());
        Assert.Contains(says, document.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatIsNoAdminListener_IsSaid()
    {
        using var other = new TcpListener(IPAddress.Loopback, 21136);
        other.Start();
        var answering = AnswerAsync(other);
        var (code, _, error) = await RunAsync(["node", "list", "--admin", "http://127.0.0.1:21136"]);
        await answering;
        Assert.Equal(1, code);
        Assert.Contains("answers something else than an EdgeCache admin listener", error, StringComparison.Ordinal);
        Assert.Contains("--admin URL", error, StringComparison.Ordinal);
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        using var socket = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await socket.ReceiveAsync(new byte[4096], TestContext.Current.CancellationToken);
        await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray(), TestContext.Current.CancellationToken);
    }

    private async Task<(int Exit, string Output, string Error)> RunAsync(string[] arguments)
    {
        var (output, error, folder) = (new StringWriter(), new StringWriter(), Environment.CurrentDirectory);
        var (oldOutput, oldError) = (Console.Out, Console.Error);
        Console.SetOut(output);
        Console.SetError(error);
        Environment.CurrentDirectory = _folder;
        try
        {
            var exit = await RootVerb.RunAsync(arguments).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken); // A role that starts would run for ever.
            return (exit, output.ToString(), error.ToString());
        }
        finally
        {
            Environment.CurrentDirectory = folder;
            Console.SetOut(oldOutput);
            Console.SetError(oldError);
        }
    }
}
