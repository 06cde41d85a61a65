using System.Text;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using Xunit;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Dns.Tests.Resolver;

/// <summary>
/// A resolver that waits for TTLs never gives an answer from before a change after the moment that the change's timeline names: through TTLs, absences,
/// wildcards and delegations, however it is asked meanwhile.
/// </summary>
public sealed class OldAnswerHorizonTests
{
    private static readonly string[] Names = ["a", "b", "c", "x.a", "*"];
    private static readonly string[] AskedNames = ["a", "b", "c", "x.a", "y.a", "z"];
    private readonly Dictionary<RecordKey, Record> _records = [];

    /// <summary>For each question: what was the answer once, and until when it may still be given.</summary>
    private readonly Dictionary<(string Name, string Answer), DateTimeOffset> _until = [];
    private int _version;

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Changes_AtRandom_NoOldAnswerOutlivesItsHorizon(int seed)
    {
        var random = new Random(seed);
        await using var net = new LittleInternet("example NS ns.example\nns.example A 192.0.2.10\n");
        Put(new RecordKey("@", "SOA"), 40 + random.Next(200), $"ns h 1 2 3 4 {20 + random.Next(400)}");
        Serve(net);
        int old = 0;
        for (int i = 0; i < 3_000; i++)
        {
            if (random.Next(12) == 0)
            {
                Change(net, random);
            }

            string name = AskedNames[random.Next(AskedNames.Length)];
            string answer = Value(await net.AskAsync($"{name}.example.com."));
            string current = Current(name);
            if (answer != current)
            {
                old++;
                Assert.True(_until.TryGetValue((name, answer), out DateTimeOffset until), $"{name}: {answer} was never the answer; {current} is");
                Assert.True(net.Time.GetUtcNow() <= until, $"{name}: {answer} is given {net.Time.GetUtcNow() - until} after its horizon; {current} is the answer");
            }

            net.Pass(random.NextDouble() * (random.Next(5) == 0 ? 200 : 5));
        }

        Assert.True(old > 50, $"{old} old answers: the test would see none that is too old");
    }

    [Fact]
    public async Task MovedDelegation_OldServersThatGoOnAnswering_AreForgottenInTime()
    {
        const int delegationTtl = 1_800;
        await using var net = new LittleInternet($"example {delegationTtl} NS ns.example\nns.example {delegationTtl} A 192.0.2.10\n");

        // The old server goes on, names itself in every answer, and has the longest TTL it can say.
        net.Servers.Serve("192.0.2.10", ("example.com.", "ns 604800 A 192.0.2.10\nwww 300 A 198.51.100.1\nlong 604800 A 198.51.100.1"));
        net.Servers.Serve("192.0.2.20", ("example.com.", "ns A 192.0.2.20\nwww 300 A 198.51.100.9\nlong 604800 A 198.51.100.9"));
        Assert.Contains("198.51.100.1", await net.AskAsync("www.example.com."), StringComparison.Ordinal);
        net.Pass(60);
        net.Servers.Serve(LittleInternet.Top, ("com.", $"example {delegationTtl} NS ns.example\nns.example {delegationTtl} A 192.0.2.20\n"), ("net.", $"a.gtld A {LittleInternet.Top}\n"));
        var glue = new RecordKey("ns.example", "A");
        long life = OldAnswers.MaxLife(
            new RecordChange(Made(glue, delegationTtl, "192.0.2.20"), Made(glue, delegationTtl, "192.0.2.10")),
            [Made(new RecordKey("example", "NS"), delegationTtl, "ns.example")]);
        DateTimeOffset horizon = net.Time.GetUtcNow() + TimeSpan.FromSeconds(life);

        // What lives short is gone with the delegation; what the old server gave the longest TTL is asked for at the very end of it.
        DateTimeOffset delegationEnd = net.Time.GetUtcNow() + TimeSpan.FromSeconds(delegationTtl);
        string last = string.Empty;
        while (net.Time.GetUtcNow() < delegationEnd + TimeSpan.FromSeconds(301))
        {
            last = await net.AskAsync("www.example.com.");
            await net.AskAsync("ns.example.com.");
            if (delegationEnd - net.Time.GetUtcNow() < TimeSpan.FromSeconds(120))
            {
                await net.AskAsync("long.example.com.");
            }

            net.Pass(50);
        }

        Assert.Contains("198.51.100.9", last, StringComparison.Ordinal);
        Assert.Contains("198.51.100.1", await net.AskAsync("long.example.com."), StringComparison.Ordinal);
        net.Pass((horizon - net.Time.GetUtcNow()).TotalSeconds + 1);
        Assert.Contains("198.51.100.9", await net.AskAsync("long.example.com."), StringComparison.Ordinal);
    }

    private static string Value(string shown) => shown.Contains(" A 198.", StringComparison.Ordinal)
        ? shown[(shown.IndexOf(" A 198.", StringComparison.Ordinal) + 3)..]
        : shown[..shown.IndexOf('\n', StringComparison.Ordinal)];

    private static Record Made(RecordKey key, int ttl, string value, bool isDeleted = false) => new()
    {
        Key = key,
        Value = Encoding.ASCII.GetBytes(value),
        ContentType = "text/plain",
        Ttl = ttl,
        Version = default,
        CommittedAt = 0,
        IsDeleted = isDeleted,
    };

    private void Put(RecordKey key, int ttl, string value, bool isDeleted = false) => _records[key] = Made(key, ttl, value, isDeleted);

    private void Change(LittleInternet net, Random random)
    {
        var key = new RecordKey(Names[random.Next(Names.Length)], "A");
        Record? before = _records.GetValueOrDefault(key);
        bool isDelete = before is { IsDeleted: false } && random.Next(2) == 0;
        int ttl = isDelete ? before!.Ttl : 10 + random.Next(300);
        Dictionary<string, string> answers = AskedNames.ToDictionary(static n => n, Current);
        Put(key, ttl, $"198.{51 + (_version / 250)}.100.{_version++ % 250}", isDelete);
        Record[] around = [.. OldAnswers.Deciding(key).Select(k => _records.GetValueOrDefault(k)).OfType<Record>()];
        DateTimeOffset until = net.Time.GetUtcNow() + TimeSpan.FromSeconds(OldAnswers.MaxLife(new RecordChange(_records[key], before), around));
        foreach ((string name, string answer) in answers.Where(a => a.Value != Current(a.Key)))
        {
            // An answer that was old already and came back may live as long as either change says.
            _until[(name, answer)] = _until.TryGetValue((name, answer), out DateTimeOffset other) && other > until ? other : until;
        }

        Serve(net);
    }

    private void Serve(LittleInternet net)
    {
        Record soa = _records[new RecordKey("@", "SOA")];
        string text = string.Join('\n', _records.Values.Where(static r => !r.IsDeleted && r.Key.Type == "A").Select(static r => $"{r.Key.Name} {r.Ttl} A {Encoding.ASCII.GetString(r.Value.Span)}"));
        net.Servers.Script("192.0.2.10", ScriptedServers.HonestAs(("example.com.", $"@ {soa.Ttl} SOA {Encoding.ASCII.GetString(soa.Value.Span)}\n@ 3600 NS ns\nns A 192.0.2.10\n{text}\n")));
    }

    /// <summary>RFC 4592 by hand: the name itself, else what exists below or above it, else the wildcard.</summary>
    private string Current(string name)
    {
        bool Has(string n) => _records.GetValueOrDefault(new RecordKey(n, "A")) is { IsDeleted: false };
        string Of(string n) => Encoding.ASCII.GetString(_records[new RecordKey(n, "A")].Value.Span);
        if (Has(name))
        {
            return Of(name);
        }

        bool isNonTerminal = name == "a" && Has("x.a");
        bool isBelowName = name.EndsWith(".a", StringComparison.Ordinal) && (Has("a") || Has("x.a"));
        return isNonTerminal ? "NoError" : isBelowName || !Has("*") ? "NxDomain" : Of("*");
    }
}
