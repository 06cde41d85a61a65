using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>DNS over HTTPS on a running edge, asked by an HTTP client and by dig, answered by the authority of the same process.</summary>
public sealed class DohTests : IDisposable
{
    private const string Edge = "http://127.0.0.1:20971";
    private const string MediaType = "application/dns-message";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-").FullName;
    private readonly HttpClient _http = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Doh_ByGetAndPost_AnswersWithTheLifetimeOfTheRecords_AndRefusesWhatIsNoQuery()
    {
        await using var served = await StartAsync("127.0.0.1:20972");
        var www = Query("www.shop.test");
        foreach (var answer in (HttpResponseMessage[])[await GetAsync(www), await PostAsync(www)])
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(MediaType, answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(TimeSpan.FromSeconds(77), answer.Headers.CacheControl?.MaxAge);
            var message = await answer.Content.ReadAsByteArrayAsync(Cancelled);
            Assert.Equal(www[..2], message[..2]);
            Assert.Equal((byte[])[192, 0, 2, 1], message[^4..]);
        }

        // A negative answer lives as its SOA says; one that UDP would cut comes whole.
        Assert.Equal(TimeSpan.FromSeconds(33), (await GetAsync(Query("nosuch.shop.test"))).Headers.CacheControl?.MaxAge);
        var big = await (await GetAsync(Query("big.shop.test", type: 16))).Content.ReadAsByteArrayAsync(Cancelled);
        Assert.True(big.Length > 1_500 && (big[2] & 2) == 0, $"{big.Length} octets");
        Assert.True((await GetAsync(Query("www.elsewhere.test"))).Headers.CacheControl?.NoStore);

        Assert.Equal(HttpStatusCode.BadRequest, (await _http.GetAsync($"{Edge}/dns-query", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.GetAsync($"{Edge}/dns-query?dns=AAAA====", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.GetAsync($"{Edge}/dns-query?dns=!!!!", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync([1, 2, 3])).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(www, "text/plain")).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(www, coding: "gzip")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(new byte[65_536])).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _http.DeleteAsync($"{Edge}/dns-query", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(www)).StatusCode);
    }

    [Theory]
    [InlineData("+http-plain=/dns-query")]
    [InlineData("+http-plain-get=/dns-query")]
    public async Task Dig_OverHttp2_GetsTheRecord(string how)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/dig"), "dig is not installed");
        await using var served = await StartAsync("127.0.0.1:20972");
        using var dig = Process.Start(new ProcessStartInfo("/usr/bin/dig", ["@127.0.0.1", "-p", "20971", how, "www.shop.test"]) { RedirectStandardOutput = true })!;
        var output = await dig.StandardOutput.ReadToEndAsync(Cancelled);
        Assert.SkipWhen(output.Contains("Invalid option", StringComparison.Ordinal), "this dig has no DNS over HTTPS");
        Assert.Contains("status: NOERROR", output, StringComparison.Ordinal);
        Assert.Contains("192.0.2.1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doh_ServerNotThere_Is504_AndThePathsOfTheApplicationAreServed()
    {
        await using var served = await StartAsync("127.0.0.1:20979");
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await GetAsync(Query("www.shop.test"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, (await _http.GetAsync($"{Edge}/dns-query-not", Cancelled)).StatusCode);
    }

    /// <summary>An origin and an edge in one process; the application behind the edge is not there.</summary>
    private async Task<ServedProgram> StartAsync(string doh)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "zone"),
            "@ 300 SOA ns hostmaster 7 3600 900 604800 33\n@ 300 NS ns\nns 300 A 127.0.0.1\nwww 77 A 192.0.2.1\n"
                + string.Concat(Enumerable.Range(0, 20).Select(static i => $"big 60 TXT \"{i}{new string('x', 90)}\"\n")),
            Cancelled);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "config.json"),
            $$$"""
            {"store":{"data":"data"},
             "origin":{"admin":{"listen":"http://127.0.0.1:20970"},"dns":[{"listen":"127.0.0.1:20972"}],"zoneFiles":{"shop.test":"zone"}},
             "edges":[{"name":"edge","listen":["{{{Edge}}}"],"upstream":"http://127.0.0.1:20978","doh":"{{{doh}}}"}]}
            """,
            Cancelled);
        return await ServedProgram.StartAsync(_folder, $"{Edge} -> ", "--config", "config.json");
    }

    private Task<HttpResponseMessage> GetAsync(byte[] query) => _http.GetAsync($"{Edge}/dns-query?dns={Base64Url.EncodeToString(query)}", Cancelled);

    private Task<HttpResponseMessage> PostAsync(byte[] query, string type = MediaType, string? coding = null)
    {
        var content = new ByteArrayContent(query);
        if (coding is not null)
        {
            content.Headers.ContentEncoding.Add(coding);
        }

        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return _http.PostAsync($"{Edge}/dns-query", content, Cancelled);
    }

    private static byte[] Query(string name, byte type = 1) =>
        [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. name.Split('.').SelectMany(static l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0, 0, type, 0, 1];
}
