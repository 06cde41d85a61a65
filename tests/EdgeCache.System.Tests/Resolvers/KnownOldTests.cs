using System.Diagnostics;
using EdgeCache.System.Tests.Redis;
using Xunit;

namespace EdgeCache.System.Tests.Resolvers;

/// <summary>A resolver that follows the log, whose authority dies after a change: it gives what it has, and says that it knows it to be old.</summary>
[Collection("redis")]
public sealed class KnownOldTests : IAsyncLifetime
{
    private const int RedisPort = 20985;
    private const int AdminPort = 20986;
    private const int AuthorityPort = 20987;
    private const int ResolverPort = 20988;
    private const string Soa = "@ 300 SOA ns h 1 2 3 4 60\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-old-").FullName;
    private readonly HttpClient _http = new();
    private readonly List<IAsyncDisposable> _running = [];

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(_running))
        {
            await one.DisposeAsync();
        }

        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Authority_DeadAfterAChange_LeavesAnAnswerThatIsKnownToBeOldAndAnotherThatIsNot()
    {
        Assert.SkipUnless(Repository.OnPath("redis-server") && Repository.OnPath("dig"), "redis-server or dig is not on PATH");
        File.WriteAllText(Path.Combine(_folder, "root.zone"), Soa + "@ 300 NS ns\nns 300 A 127.0.0.1\nshop.test 300 NS ns.shop.test\nns.shop.test 300 A 127.0.0.1\n");
        File.WriteAllText(Path.Combine(_folder, "shop.zone"), Soa + "@ 300 NS ns\nns 300 A 127.0.0.1\nwww 300 A 192.0.2.1\nother 300 A 192.0.2.3\n");
        File.WriteAllText(Path.Combine(_folder, "hints"), ". 300 NS ns.\nns. 300 A 127.0.0.1\n");
        _running.Add(await RedisServer.StartAsync(RedisPort, _folder));
        var store = $"127.0.0.1:{RedisPort}";
        var origin = await ServedProgram.StartAsync(
            _folder, "(admin) ready", "origin", "--redis", store, "--admin", $"http://127.0.0.1:{AdminPort}", "--dns", $"127.0.0.1:{AuthorityPort}", "--zone-file", ".=root.zone", "--zone-file", "shop.test=shop.zone");
        _running.Add(origin);
        _running.Add(await ServedProgram.StartAsync(
            _folder, "ready", "resolver", "--redis", store, "--dns", $"127.0.0.1:{ResolverPort}", "--root-hints", "hints", "--upstream-port", $"{AuthorityPort}"));

        await Eventually.HoldsAsync(async () => (await DigAsync("other")).Contains("192.0.2.3", StringComparison.Ordinal));
        await PublishAsync("192.0.2.77");
        await Eventually.HoldsAsync(async () => (await DigAsync("www")).Contains("192.0.2.77", StringComparison.Ordinal));
        await PublishAsync("192.0.2.78");
        await origin.KillAsync();

        var old = "";
        await Eventually.HoldsAsync(async () => (old = await DigAsync("www")).Contains("known old", StringComparison.Ordinal));
        Assert.Matches(@"www\.shop\.test\.\s+30\s+IN\s+A\s+192\.0\.2\.77", old);
        Assert.Contains("EDE: 3", old, StringComparison.Ordinal);
        var other = await DigAsync("other");
        Assert.Contains("192.0.2.3", other, StringComparison.Ordinal);
        Assert.DoesNotContain("EDE", other, StringComparison.Ordinal);
    }

    private async Task PublishAsync(string address)
    {
        using var content = new StringContent(address);
        (await _http.PutAsync($"http://127.0.0.1:{AdminPort}/zones/shop.test/records/www/A", content, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }

    private static async Task<string> DigAsync(string name)
    {
        using var dig = Process.Start(new ProcessStartInfo("dig", ["@127.0.0.1", "-p", $"{ResolverPort}", $"{name}.shop.test", "A"]) { RedirectStandardOutput = true })!;
        return await dig.StandardOutput.ReadToEndAsync();
    }
}
