using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace EdgeCache.System.Tests.Access;

/// <summary>The admin listener with tokens, as callers meet it; and what it tells a collector of traces.</summary>
public sealed class AdminAccessTests : IDisposable
{
    private const string Admin = "http://127.0.0.1:20885";
    private const string Ops = "ops-0123456789abcdef", Ci = "ci-0123456789abcdef", Tags = "tags-0123456789abcdef";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-access-").FullName;
    private readonly HttpClient _http = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string TokenPath => Path.Combine(_folder, "tokens");

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Tokens_WithScopes_AreHeldToThemAndAudited()
    {
        await File.WriteAllTextAsync(TokenPath, $"ops all {Ops}\nci publish:default {Ci}\nshop purge-tag:product- {Tags}\n", Cancellation);
        await using var origin = await StartAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, "/zones", null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/health/live", null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/dashboard/", null)).Status);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Put, "/zones/default/records/www/A", Ci, "192.0.2.1")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Get, "/zones", Ci)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Put, "/zones/other.test", Ci, "{}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, "/purge", Ci, """{"select":[{"tag":"product-1"}]}""")).Status);
        var batch = await SendAsync(HttpMethod.Post, "/zones/default/batch", Ci, """{"changes":[{"purge":{"select":[{"all":true}]}}]}""");
        Assert.Equal(HttpStatusCode.Forbidden, batch.Status);
        Assert.Contains("\"allowed\":\"a token with purge:default\"", batch.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, "/purge", Tags, """{"select":[{"tag":"product-1"}]}""")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(HttpMethod.Post, "/purge", Tags, """{"select":[{"tag":"cart-1"}]}""")).Status);
        await Eventually.HoldsAsync(() => Task.FromResult(origin.Output.Contains("audit: ci PUT /zones/default/records/www/A -> 201 default:", StringComparison.Ordinal)));
        await Eventually.HoldsAsync(() => Task.FromResult(origin.Output.Contains("audit: shop POST /purge -> 200 default:", StringComparison.Ordinal)));
        await Eventually.HoldsAsync(() => Task.FromResult(origin.Output.Contains("audit: nobody GET /zones refused -> 401", StringComparison.Ordinal)));
        Assert.DoesNotContain("0123456789abcdef", origin.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_AreChangedWithoutARestart_AndABadFileChangesNothing()
    {
        await File.WriteAllTextAsync(TokenPath, $"ops all {Ops}\n", Cancellation);
        await using var origin = await StartAsync();
        await File.WriteAllTextAsync(TokenPath, $"ops all {Ops}\nops all {Ops}-next\n", Cancellation);
        await Eventually.HoldsAsync(async () => (await SendAsync(HttpMethod.Get, "/zones", Ops + "-next")).Status == HttpStatusCode.OK);
        await File.WriteAllTextAsync(TokenPath, "ops everything x\n", Cancellation);
        await Eventually.HoldsAsync(async () =>
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, "/zones", Ops)).Status);
            return origin.Output.Contains("are not taken, those in force stay: line 1: the token is too short", StringComparison.Ordinal);
        });
        await File.WriteAllTextAsync(TokenPath, $"ops all {Ops}-next\n", Cancellation);
        await Eventually.HoldsAsync(async () => (await SendAsync(HttpMethod.Get, "/zones", Ops)).Status == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Calls_FromAForeignPageOrHostName_AreRefused()
    {
        await using var origin = await ServedProgram.StartAsync(_folder, "(admin) ready", "origin", "--admin", Admin);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, Admin + "/purge") { Headers = { { "Origin", "https://elsewhere.example" } }, Content = new StringContent("""{"select":[{"all":true}]}""", Encoding.UTF8, "application/json") };
        using var refused = await _http.SendAsync(foreign, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, Admin + "/zones") { Headers = { Host = "elsewhere.example" } };
        using var misdirected = await _http.SendAsync(rebound, Cancellation);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, misdirected.StatusCode);
        using var own = await _http.GetAsync(Admin + "/zones", Cancellation);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task Metrics_OfANode_SayWhereItStands()
    {
        await using var origin = await ServedProgram.StartAsync(_folder, "(admin) ready", "origin", "--admin", Admin);
        var page = await _http.GetStringAsync(Admin + "/metrics", Cancellation);
        Assert.Contains("edgecache_follower_behind{node=\"origin\"} 0", page, StringComparison.Ordinal);
        Assert.Contains("# TYPE edgecache_follower_gaps_total counter", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_MoreThanTheRate_AreToldWhenToComeAgain()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "slow.json"), $$"""{"store":{"data":"data"},"origin":{"admin":{"listen":"{{Admin}}","rateLimit":1 } } }""", Cancellation);
        await using var origin = await ServedProgram.StartAsync(_folder, "(admin) ready", "--config", "slow.json");
        await Eventually.HoldsAsync(async () =>
        {
            using var answer = await _http.GetAsync($"{Admin}/zones", Cancellation);
            return answer.StatusCode == HttpStatusCode.TooManyRequests && answer.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1);
        });
    }

    private Task<ServedProgram> StartAsync() => ServedProgram.StartAsync(_folder, "(admin) ready", "origin", "--admin", Admin, "--token-file", TokenPath);

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? token, string? body = null)
    {
        using var request = new HttpRequestMessage(method, Admin + path);
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, body.StartsWith('{') ? "application/json" : "text/plain");
        }

        using var answer = await _http.SendAsync(request, Cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
