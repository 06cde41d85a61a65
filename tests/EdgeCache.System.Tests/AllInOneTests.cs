using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>What a person sees who types <c>edgecache</c> and then the lines of the README.</summary>
[Collection("default ports")]
public sealed class AllInOneTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-all-").FullName;
    private readonly HttpClient _http = new();
    private ServedProgram? _program;

    public async ValueTask InitializeAsync() => _program = await ServedProgram.StartAsync(_folder, "Try:");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _program!.DisposeAsync(); // Set before any test runs.
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Page_MissThenHitThenPurge_NeverAHitRightAfterThePurge()
    {
        Assert.Equal("edge-a; fwd=uri-miss; fwd-status=200; stored", await StatusAsync(8080));
        await Eventually.HoldsAsync(async () => Regex.IsMatch(await StatusAsync(8080), "^edge-a; hit; ttl=[3-5][0-9]$"));
        Assert.StartsWith("edge-b; fwd=uri-miss", await StatusAsync(8081), StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => (await StatusAsync(8081)).StartsWith("edge-b; hit", StringComparison.Ordinal));

        var purge = await ServedProgram.RunAsync(_folder, "purge", "--tag", "product-1");
        Assert.Equal(0, purge.Exit);
        Assert.Matches("^shop.test:[0-9a-f]{16}:[0-9]+$", purge.Output.Trim());
        var wait = await ServedProgram.RunAsync(_folder, "change", "wait", purge.Output.Trim());
        Assert.Equal(0, wait.Exit);
        Assert.Contains("edge-a · edge-b · resolver: applied", wait.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hit", await StatusAsync(8081), StringComparison.Ordinal);
        Assert.DoesNotContain("hit", await StatusAsync(8080), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_ThroughOneEdge_IsSeenOnTheOther()
    {
        await StatusAsync(8081, "/products/2");
        await Eventually.HoldsAsync(async () => (await StatusAsync(8081, "/products/2")).Contains("hit", StringComparison.Ordinal));
        using var form = new FormUrlEncodedContent([new("name", "Chair"), new("price", "77.00")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost:8080/products/2") { Content = form };
        request.Headers.Host = "localhost:8081";
        using var saved = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(async () => (await _http.GetStringAsync("http://localhost:8081/products/2", TestContext.Current.CancellationToken)).Contains("77.00", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Record_PublishedOnTheOrigin_ShowsOnTheEdgeAndInDns()
    {
        using var put = await PutAsync("192.0.2.77", null);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.NotNull(put.Headers.ETag);
        Assert.True(put.Headers.Contains("Edge-Change"));
        Assert.True(put.Headers.Contains("Edge-Session"));
        using var refused = await PutAsync("192.0.2.78", "\"wrong\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        Assert.Equal(put.Headers.ETag, refused.Headers.ETag);
        const string lookUp = "http://localhost:8080/.well-known/edgecache/records/shop.test/www/A";
        await Eventually.HoldsAsync(async () => await TextAsync(lookUp) == "192.0.2.77");

        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        Assert.Contains("192.0.2.77", await DigAsync("+norecurse", "+noall", "+answer", "@127.0.0.13", "-p", "5301", "www.shop.test", "A"), StringComparison.Ordinal);
        Assert.Contains("192.0.2.77", await DigAsync("+tcp", "+norecurse", "+noall", "+answer", "@127.0.0.13", "-p", "5301", "www.shop.test", "A"), StringComparison.Ordinal);
        var referral = await DigAsync("+norecurse", "@127.0.0.11", "-p", "5301", "www.shop.test");
        Assert.Contains("ANSWER: 0", referral, StringComparison.Ordinal);
        Assert.Matches(@"test\.\s+\d+\s+IN\s+NS", referral);
        Assert.DoesNotMatch("flags: qr.* aa", referral);
    }

    [Fact]
    public async Task Resolvers_SecondPublish_PushAnswersItAtOnceAndTtlWhenTheTtlEnds()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        await PublishAsync("pushed", "192.0.2.77", 5);
        Assert.Matches(@"^pushed\.shop\.test\.\s+[45]\s+IN\s+A\s+192\.0\.2\.77$", (await ResolveAsync(5300, "pushed.shop.test")).Trim());
        Assert.Contains("192.0.2.77", await ResolveAsync(5310, "pushed.shop.test"), StringComparison.Ordinal);
        await PublishAsync("pushed", "192.0.2.78", 5);
        Assert.Contains("192.0.2.78", await ResolveAsync(5300, "pushed.shop.test"), StringComparison.Ordinal);
        for (var i = 0; !(await ResolveAsync(5310, "pushed.shop.test")).Contains("192.0.2.78", StringComparison.Ordinal); i++)
        {
            Assert.True(i < 1_500, "the TTL of 5 s has long been over");
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task Resolve_OfAName_ShowsWhatIsKnownOfTheAnswerAndWalksTheHierarchy()
    {
        await PublishAsync("shown", "192.0.2.80", 300);
        var told = await ServedProgram.RunAsync(_folder, "resolve", "shown.shop.test", "A", "--level", "strong");
        Assert.Equal(0, told.Exit);
        Assert.Contains("shown.shop.test. 300 IN A 192.0.2.80", told.Output, StringComparison.Ordinal);
        Assert.Matches("(?m)^position: shop.test:[0-9a-f]{16}:[0-9]+$", told.Output);
        Assert.Matches("(?m)^token: [A-Za-z0-9_-]+$", told.Output);
        var walk = await ServedProgram.RunAsync(_folder, "resolve", "shown.shop.test", "--trace");
        Assert.Equal(0, walk.Exit);
        Assert.Matches(@"(?s)^\.  127\.0\.0\.11:5301.*referral.*test\.  127\.0\.0\.12:5301.*referral.*shop\.test\.  127\.0\.0\.13:5301.*answer", walk.Output);
        Assert.Equal(2, (await ServedProgram.RunAsync(_folder, "resolve", "shown.shop.test", "NOTYPE")).Exit);
    }

    [Fact]
    public async Task Delegation_ThatMovesToAnotherAuthority_IsFollowedAtOnceByPushAndLaterByTtl()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        await PublishAsync("moved", "192.0.2.83", 5);
        await PublishAsync("ns.shop", "127.0.0.13", 5, "test");

        Assert.Contains("192.0.2.83", await ResolveAsync(5310, "moved.shop.test"), StringComparison.Ordinal);
        Assert.Contains("192.0.2.83", await ResolveAsync(5300, "moved.shop.test"), StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(_folder, "moved.zone"), "@ 3600 SOA ns h 1 2 3 4 5\n@ 3600 NS ns\nns 3600 A 127.0.0.14\nmoved 5 A 198.51.100.83\n");
        await using var other = await ServedProgram.StartAsync(
            _folder, "ready", "origin", "--name", "other", "--data", "./other", "--admin", "http://127.0.0.1:9090", "--dns", "127.0.0.14:5301", "--zone-file", "shop.test=moved.zone");
        await Eventually.HoldsAsync(async () => (await DigAsync("+short", "+norecurse", "@127.0.0.14", "-p", "5301", "moved.shop.test")).Contains("198.51.100.83", StringComparison.Ordinal));
        await PublishAsync("ns.shop", "127.0.0.14", 5, "test");
        Assert.Contains("198.51.100.83", await ResolveAsync(5300, "moved.shop.test"), StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => (await ResolveAsync(5310, "moved.shop.test")).Contains("198.51.100.83", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Purge_ByNameAndBySubtree_ReachesTheResolverThatWaitsForTtls()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        await PublishAsync("a.purged", "192.0.2.81", 3_000);
        Assert.Contains("192.0.2.81", await ResolveAsync(5310, "a.purged.shop.test"), StringComparison.Ordinal);
        await PublishAsync("a.purged", "192.0.2.82", 3_000);
        Assert.Contains("192.0.2.81", await ResolveAsync(5310, "a.purged.shop.test"), StringComparison.Ordinal);
        Assert.Equal(0, (await ServedProgram.RunAsync(_folder, "purge", "--zone", "shop.test", "--name", "a.purged", "--type", "A")).Exit);
        await Eventually.HoldsAsync(async () => (await ResolveAsync(5310, "a.purged.shop.test")).Contains("192.0.2.82", StringComparison.Ordinal));
        await PublishAsync("a.purged", "192.0.2.84", 3_000);
        Assert.Equal(0, (await ServedProgram.RunAsync(_folder, "purge", "--zone", "shop.test", "--subtree", "purged")).Exit);
        await Eventually.HoldsAsync(async () => (await ResolveAsync(5310, "a.purged.shop.test")).Contains("192.0.2.84", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resolver_NameThatComesIntoBeing_IsKnownAtOnce()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        Assert.Contains("NXDOMAIN", await DigAsync("@127.0.0.1", "-p", "5300", "born.shop.test"), StringComparison.Ordinal);
        Assert.Contains("NXDOMAIN", await DigAsync("@127.0.0.1", "-p", "5300", "+tcp", "below.born.shop.test"), StringComparison.Ordinal);
        await PublishAsync("below.born", "192.0.2.79", 30);
        Assert.Contains("192.0.2.79", await ResolveAsync(5300, "below.born.shop.test"), StringComparison.Ordinal);
        Assert.DoesNotContain("NXDOMAIN", await DigAsync("@127.0.0.1", "-p", "5300", "born.shop.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_BothProtocols_OnTheSameOne()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://localhost:8080/products/3") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var second = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpVersion.Version20, second.Version);
        await Eventually.HoldsAsync(async () =>
        {
            using var first = await _http.GetAsync("http://localhost:8080/products/3", TestContext.Current.CancellationToken);
            Assert.Equal(HttpVersion.Version11, first.Version);
            return first.Headers.GetValues("Cache-Status").Single().Contains("hit", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Stop_BySigterm_ExitsZeroWithinFiveSeconds()
    {
        var (exit, took) = await _program!.TerminateAsync(); // Set before any test runs.
        Assert.Equal(0, exit);
        Assert.True(took < TimeSpan.FromSeconds(5), $"{took}");
    }

    private static async Task<string> DigAsync(params string[] arguments)
    {
        using var dig = Process.Start(new ProcessStartInfo("dig", arguments) { RedirectStandardOutput = true })!;
        return await dig.StandardOutput.ReadToEndAsync();
    }

    private static Task<string> ResolveAsync(int port, string name) => DigAsync("+noall", "+answer", "@127.0.0.1", "-p", $"{port}", name, "A");

    /// <summary>Publishes an address and waits until every node has applied it.</summary>
    private async Task PublishAsync(string name, string value, int ttl, string zone = "shop.test")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"http://localhost:9080/zones/{zone}/records/{name}/A") { Content = new StringContent(value, Encoding.ASCII, "text/plain") };
        request.Headers.TryAddWithoutValidation("Cache-Control", $"max-age={ttl}");
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
        var wait = await ServedProgram.RunAsync(_folder, "change", "wait", answer.Headers.GetValues("Edge-Change").Single());
        Assert.Equal(0, wait.Exit);
    }

    private async Task<string> TextAsync(string url)
    {
        using var answer = await _http.GetAsync(url, TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : "";
    }

    private async Task<string> StatusAsync(int port, string path = "/products/1")
    {
        using var answer = await _http.GetAsync($"http://localhost:{port}{path}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer.Headers.GetValues("Cache-Status").Single();
    }

    private async Task<HttpResponseMessage> PutAsync(string value, string? ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "http://localhost:9080/zones/shop.test/records/www/A") { Content = new StringContent(value, Encoding.ASCII, "text/plain") };
        request.Headers.TryAddWithoutValidation("Cache-Control", "max-age=30");
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
