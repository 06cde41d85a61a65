using Xunit;

namespace EdgeCache.Http.Tests.Proxy;

/// <summary>What one client's answer must not be to others.</summary>
public sealed class SharingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("400", "X-Odd: 1")]
    [InlineData("403", "User-Agent: scan/1.0 (odd)")]
    [InlineData("500", "Accept: */*;odd")]
    [InlineData("431", "Long: odd{long}")]
    [InlineData("404", "X-Odd: 1")]
    [InlineData("410", "Accept: odd\u00ff")]
    [InlineData("503", "Long: odd{long}{long}{long}{long}{long}{long}")]
    public async Task Error_ThatAnOddFieldCaused_IsNotSharedWithRequestsWithoutIt(string status, string odd)
    {
        await using var origin = new RawOrigin(exchange =>
            exchange.SendAsync($"HTTP/1.1 {(exchange.Request.Contains("odd", StringComparison.OrdinalIgnoreCase) ? status : "200")} X\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok"));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        var line = odd.Replace("{long}", new string('x', 400), StringComparison.Ordinal);
        Assert.StartsWith($"HTTP/1.1 {status} ", await edge.RawAsync(Get(line + "\r\n"), Cancel));
        Assert.Contains("; hit", await edge.RawAsync(Get(line + "\r\n"), Cancel));

        var others = await edge.RawAsync(Get(), Cancel);

        Assert.StartsWith("HTTP/1.1 200 ", others);
        Assert.Contains("; hit", await edge.RawAsync(Get(), Cancel));
    }

    [Fact]
    public async Task Error_ThatAnOddFieldCaused_DoesNotTakeTheStoredPageAway()
    {
        await using var origin = new RawOrigin(exchange => exchange.SendAsync(
            exchange.Request.Contains("odd", StringComparison.OrdinalIgnoreCase)
                ? "HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n"
                : "HTTP/1.1 200 X\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok"));
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get(), Cancel);
        Assert.StartsWith("HTTP/1.1 400 ", await edge.RawAsync(Get("Cache-Control: no-cache\r\nX-Odd: 1\r\n"), Cancel));

        Assert.Contains("; hit", await edge.RawAsync(Get(), Cancel));
    }

    [Theory]
    [InlineData("400")]
    [InlineData("404")]
    [InlineData("503")]
    public async Task Error_WithALifetime_IsSharedByRequestsAlike(string status)
    {
        await using var origin = new RawOrigin($"HTTP/1.1 {status} X\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get("Req-Num: 1\r\n"), Cancel);

        Assert.Contains("; hit", await edge.RawAsync(Get("Req-Num: 2\r\n"), Cancel));
    }

    [Theory]
    [InlineData("404")]
    [InlineData("410")]
    [InlineData("502")]
    public async Task Error_ThatBlamesNoRequest_IsSharedBetweenBrowsers(string status)
    {
        await using var origin = new RawOrigin($"HTTP/1.1 {status} X\r\nContent-Length: 2\r\nCache-Control: max-age=60\r\n\r\nok");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);
        await edge.RawAsync(Get("User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nCookie: a=b\r\nX-Request-Id: 1\r\n"), Cancel);

        Assert.Contains("; hit", await edge.RawAsync(Get("User-Agent: Opera/9.80 (Windows NT 6.1)\r\nX-Request-Id: 2\r\n"), Cancel));
    }

    [Theory]
    [InlineData("no-cache=\"Set-Cookie\"", "Set-Cookie")]
    [InlineData("private=\"X-Mine, X-Other\"", "X-Mine")]
    public async Task FieldWithheldFromTheStore_ReachesTheOneWhoAsked_AndNobodyElse(string directive, string field)
    {
        await using var origin = new RawOrigin($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=60, {directive}\r\n{field}: mine\r\n\r\nok");
        await using var edge = await EdgeBench.StartAsync(origin.Uri, cancellation: Cancel);

        Assert.Contains($"\r\n{field}: mine\r\n", await edge.RawAsync(Get(), Cancel));

        var second = await edge.RawAsync(Get(), Cancel);
        Assert.Contains("; hit", second);
        Assert.DoesNotContain("mine", second);
    }

    private static string Get(string lines = "") => $"GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{lines}\r\n";
}
