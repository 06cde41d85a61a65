using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>Concurrent writes as an application meets them: over HTTP and DNS, on a running origin.</summary>
public sealed class ConflictTests : IDisposable
{
    private const string Admin = "http://127.0.0.1:21040";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-").FullName;
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Siblings_TwoBlindWrites_Are300WithBothUntilAPutWithTheContextResolvesThem()
    {
        await using var origin = await StartAsync("siblings");
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Put, "records/page/DOC", "one")).StatusCode);
        var second = await SendAsync(HttpMethod.Put, "records/page/DOC", "two");
        Assert.Equal("2", Assert.Single(second.Headers.GetValues("Siblings")));

        var both = await SendAsync(HttpMethod.Get, "records/page/DOC");
        Assert.Equal(HttpStatusCode.MultipleChoices, both.StatusCode);
        var body = JsonDocument.Parse(await both.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Equal(["two", "one"], body.GetProperty("siblings").EnumerateArray().Select(s => s.GetProperty("value").GetString()));
        var context = Assert.Single(both.Headers.GetValues("Edge-Context"));

        var bad = await SendAsync(HttpMethod.Put, "records/page/DOC", "x", context + "!");
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        var resolved = await SendAsync(HttpMethod.Put, "records/page/DOC", "three", context);
        Assert.Equal("1", Assert.Single(resolved.Headers.GetValues("Siblings")));
        Assert.Equal("three", await (await SendAsync(HttpMethod.Get, "records/page/DOC")).Content.ReadAsStringAsync(Cancel));

        // A late write with the context of the first read stands beside: it did not know the third.
        await SendAsync(HttpMethod.Put, "records/page/DOC", "late", context);
        Assert.Equal(HttpStatusCode.MultipleChoices, (await SendAsync(HttpMethod.Get, "records/page/DOC")).StatusCode);
        var history = JsonDocument.Parse(await (await SendAsync(HttpMethod.Get, "records/page/DOC/history")).Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Equal(
            ["sibling", "resolved", "sibling", null],
            history.GetProperty("records").EnumerateArray().Select(r => r.TryGetProperty("reason", out var reason) ? reason.GetString() : null));
        var revert = await SendAsync(HttpMethod.Post, "records/page/DOC/revert?to=1");
        Assert.Equal(HttpStatusCode.OK, revert.StatusCode);
        Assert.Equal("one", await (await SendAsync(HttpMethod.Get, "records/page/DOC")).Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Siblings_OfADnsType_AnswerTheLastWriterWithAnExtendedError()
    {
        var dig = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "dig")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(dig is not null, "dig is not on PATH");
        await using var origin = await StartAsync("siblings");
        await SendAsync(HttpMethod.Put, "records/www/TXT", "\"one\"");
        await SendAsync(HttpMethod.Put, "records/www/TXT", "\"two\"");
        var answer = await DigUntilAsync("\"two\"");
        Assert.DoesNotContain("\"one\"", answer, StringComparison.Ordinal);
        Assert.Contains("concurrent values", answer, StringComparison.Ordinal);
        await SendAsync(HttpMethod.Delete, "records/www/TXT");
        await DigUntilAsync("NXDOMAIN");
    }

    [Fact]
    public async Task Crdt_PatchesOfManyClients_AreAllIn()
    {
        await using var origin = await StartAsync("crdt");
        var counts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(HttpMethod.Patch, "records/hits/DOC", """{"increment":2}""")));
        Assert.All(counts, c => Assert.True(c.IsSuccessStatusCode));
        Assert.Equal("40", await (await SendAsync(HttpMethod.Get, "records/hits/DOC")).Content.ReadAsStringAsync(Cancel));

        await SendAsync(HttpMethod.Patch, "records/cart/DOC", """{"add":["b","a"]}""");
        await SendAsync(HttpMethod.Patch, "records/cart/DOC", """{"remove":["b"],"add":["c"]}""");
        Assert.Equal("""["a","c"]""", await (await SendAsync(HttpMethod.Get, "records/cart/DOC")).Content.ReadAsStringAsync(Cancel));
        await SendAsync(HttpMethod.Patch, "records/user/DOC", """{"set":{"name":"Ann"}}""");
        Assert.Equal("""{"name":"Ann"}""", await (await SendAsync(HttpMethod.Get, "records/user/DOC")).Content.ReadAsStringAsync(Cancel));

        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Patch, "records/hits/DOC", """{"increment":"x"}""")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Patch, "records/hits/DOC", """{"add":["x"]}""")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, "records/hits/DOC", "no json")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, "records/hits/DOC/revert?to=1")).StatusCode);
        Assert.Equal("2", await (await SendAsync(HttpMethod.Get, "records/hits/DOC")).Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Patch_InAZoneThatDoesNotMerge_SaysSo()
    {
        await using var origin = await StartAsync("lww");
        var patch = await SendAsync(HttpMethod.Patch, "records/hits/DOC", """{"increment":2}""");
        Assert.Equal(HttpStatusCode.BadRequest, patch.StatusCode);
        Assert.Contains("crdt", await patch.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_CnameBesideOtherData_IsRefusedUnlessTheyChangePlacesInOneBatch()
    {
        await using var origin = await StartAsync("lww");
        await SendAsync(HttpMethod.Put, "records/www/A", "192.0.2.1");
        var refused = await SendAsync(HttpMethod.Put, "records/www/CNAME", "other.test.");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("CNAME stands alone", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        var batch = await SendAsync(HttpMethod.Post, "batch", """{"changes":[{"delete":{"name":"www","type":"A"}},{"publish":{"name":"www","type":"CNAME","value":"other.test."}}]}""", type: "application/json");
        Assert.Equal(HttpStatusCode.OK, batch.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Put, "records/www/A", "192.0.2.1")).StatusCode);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<ServedProgram> StartAsync(string rule)
    {
        var origin = await ServedProgram.StartAsync(_folder, "(admin) ready", "origin", "--admin", Admin, "--data", Path.Combine(_folder, "data"), "--dns", "127.0.0.1:21041");
        var zone = await _http.PutAsync(new Uri($"{Admin}/zones/shop.test"), new StringContent($$"""{"conflict":"{{rule}}"}""", Encoding.UTF8, "application/json"), Cancel);
        Assert.True(zone.IsSuccessStatusCode, await zone.Content.ReadAsStringAsync(Cancel));
        return origin;
    }

    /// <summary>The authority follows the log: asks until it has caught up.</summary>
    private static async Task<string> DigUntilAsync(string mark)
    {
        for (var i = 0; ; i++)
        {
            var answer = await DigAsync();
            if (answer.Contains(mark, StringComparison.Ordinal))
            {
                return answer;
            }

            Assert.True(i < 300, answer);
            await Task.Delay(100, Cancel);
        }
    }

    private static async Task<string> DigAsync()
    {
        using var dig = Process.Start(new ProcessStartInfo("dig", ["@127.0.0.1", "-p", "21041", "www.shop.test", "TXT", "+norecurse", "+tries=3", "+time=10"]) { RedirectStandardOutput = true })!;
        var answer = await dig.StandardOutput.ReadToEndAsync(Cancel);
        await dig.WaitForExitAsync(Cancel);
        return answer;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, string? context = null, string type = "text/plain")
    {
        using var request = new HttpRequestMessage(method, $"{Admin}/zones/shop.test/{path}");
        if (body is not null)
        {
            request.Content = new StringContent(body, new MediaTypeHeaderValue(type));
        }

        if (context is not null)
        {
            request.Headers.TryAddWithoutValidation("Edge-Context", context);
        }

        return await _http.SendAsync(request, Cancel);
    }
}
