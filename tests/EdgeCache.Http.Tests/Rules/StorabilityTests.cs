using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class StorabilityTests
{
    private const string Fresh = "Cache-Control: max-age=3600";

    [Theory]
    [InlineData(200, Fresh, "none")]
    [InlineData(299, Fresh, "none")]
    [InlineData(301, Fresh, "none")]
    [InlineData(302, Fresh, "none")]
    [InlineData(307, Fresh, "none")]
    [InlineData(400, Fresh, "none")]
    [InlineData(499, Fresh, "none")]
    [InlineData(500, Fresh, "none")]
    [InlineData(504, Fresh, "none")]
    [InlineData(599, Fresh, "none")]
    [InlineData(100, Fresh, "interim")]
    [InlineData(103, Fresh, "interim")]
    [InlineData(206, Fresh, "partial")]
    [InlineData(304, Fresh, "not-modified-unasked")]
    [InlineData(302, "ETag: \"a\"", "status-not-cacheable")]
    [InlineData(503, "ETag: \"a\"", "status-not-cacheable")]
    [InlineData(200, "ETag: \"a\"", "none")]
    [InlineData(200, "Server: x", "no-lifetime")]
    [InlineData(200, "Cache-Control: max-age=0", "no-lifetime")]
    [InlineData(200, "Cache-Control: max-age=0|ETag: \"a\"", "none")]
    [InlineData(200, "Cache-Control: max-age=0, stale-while-revalidate=5", "none")]
    [InlineData(200, "Cache-Control: no-store", "no-store")]
    [InlineData(200, "Cache-Control: max-age=60|Cache-Control: no-store", "no-store")]
    [InlineData(200, "Cache-Control: private, max-age=60", "private")]
    [InlineData(200, "Cache-Control: private, max-age=60, s-maxage=60, public", "private")]
    [InlineData(200, "Cache-Control: private=\"a\", max-age=60", "none")]
    [InlineData(200, "Cache-Control: no-cache|ETag: \"a\"", "none")]
    [InlineData(200, "Cache-Control: max-age=60, no-store, must-understand", "none")]
    [InlineData(599, "Cache-Control: max-age=60, no-store, must-understand", "status-not-understood")]
    [InlineData(599, "Cache-Control: max-age=60, must-understand", "status-not-understood")]
    [InlineData(200, "Cache-Control: max-age=60|Vary: *", "vary-star")]
    [InlineData(200, "Cache-Control: max-age=60|Vary: |Vary: a, *", "vary-star")]
    [InlineData(200, "Cache-Control: max-age=60|Set-Cookie: a=b", "none")]
    [InlineData(200, "Last-Modified: @-100000|Set-Cookie: a=b", "set-cookie")]
    public void Decide_PlainGet_GivesTheReason(int status, string lines, string reason) =>
        Assert.Equal(reason, Storability.Decide(RequestFacts.PlainGet, Given.Response(status, FreshnessTests.Expand(lines))).Reason.Text());

    [Theory]
    [InlineData("max-age=60", "authorization")]
    [InlineData("max-age=60, public", "none")]
    [InlineData("max-age=60, must-revalidate", "none")]
    [InlineData("s-maxage=60", "none")]
    [InlineData("max-age=60, proxy-revalidate", "authorization")]
    public void Decide_AuthorizedRequest_NeedsLeave(string cacheControl, string reason) =>
        Assert.Equal(reason, Storability.Decide(Given.Get(flags: RequestFlags.Authorization), Given.Response("Cache-Control: " + cacheControl)).Reason.Text());

    [Theory]
    [InlineData("Cache-Control: max-age=60", "set-cookie")]
    [InlineData("Cache-Control: max-age=60, public", "none")]
    [InlineData("Cache-Control: s-maxage=60", "none")]
    [InlineData("CDN-Cache-Control: max-age=60", "none")]
    public void Decide_CookieForAClientWithCookies_NeedsLeave(string line, string reason) =>
        Assert.Equal(reason, Storability.Decide(Given.Get(flags: RequestFlags.Cookie), Given.Response(line, "Set-Cookie: a=b")).Reason.Text());

    [Theory]
    [InlineData("HEAD", "method")]
    [InlineData("PUT", "method")]
    [InlineData("get", "method")]
    [InlineData("POST", "method")]
    public void Decide_OtherMethods_AreNotStored(string method, string reason) =>
        Assert.Equal(reason, Storability.Decide(RequestFacts.Of(method, default, default, default), Given.Response(Fresh)).Reason.Text());

    [Fact]
    public void Decide_PostWithContentLocationAndExplicitFreshness_IsStored() =>
        Assert.True(Storability.Decide(RequestFacts.Of("POST", default, default, RequestFlags.Body), Given.Response(Fresh, "Content-Location: /a")).Stores);

    [Theory]
    [InlineData(412, RequestFlags.Condition, "precondition")]
    [InlineData(416, RequestFlags.Range, "partial")]
    [InlineData(200, RequestFlags.Range, "none")]
    [InlineData(200, RequestFlags.Body, "request-body")]
    internal void Decide_AnswerToOneClientsFields_IsNotStored(int status, RequestFlags flags, string reason) =>
        Assert.Equal(reason, Storability.Decide(Given.Get(flags: flags), Given.Response(status, Fresh)).Reason.Text());

    [Fact]
    public void Decide_RequestNoStore_IsNotStored() =>
        Assert.Equal("request-no-store", Storability.Decide(Given.Get("no-store"), Given.Response(Fresh)).Reason.Text());

    [Fact]
    public void Decide_CookieUnderARouteTtl_IsNotStored() =>
        Assert.Equal(CacheReason.SetCookie, Storability.Decide(RequestFacts.PlainGet, Given.Response("Set-Cookie: a=b"), new() { ForcedTtl = 60 }).Reason);

    [Fact]
    public void Decide_WithheldCookie_IsNoObstacle() => Assert.True(
        Storability.Decide(Given.Get(flags: RequestFlags.Cookie), Given.Response("Cache-Control: max-age=60, private=\"set-cookie\"", "Set-Cookie: a=b")).Stores);

    [Fact]
    public void Decide_RouteTtl_MakesASilentResponseStorable() =>
        Assert.True(Storability.Decide(RequestFacts.PlainGet, Given.Response(503), new() { DefaultTtl = 5 }).Stores);
}
