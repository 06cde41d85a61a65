using System.Text;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.HitPath;
using EdgeCache.Http.MissPath;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Following;
using Xunit;

namespace EdgeCache.Http.Tests.MissPath;

public sealed class RawRequestsTests : IDisposable
{
    private readonly ResponseStore _store = new(new StoreOptions { BudgetBytes = 4 << 20 }, TimeProvider.System, seed: 1);

    public void Dispose() => _store.Free();

    [Fact]
    public void TryRead_PlainGet_HasTargetKeyAndFieldsOfEachNameOnce()
    {
        Assert.True(TryRead("GET /a%41?b=1 HTTP/1.1\r\nHost: Shop.Test\r\nX-A: 1\r\nCookie: c=1\r\nx-a:  2 \r\n\r\n", new(), out var request));

        Assert.Equal("shop.test/aA?b=1", Encoding.ASCII.GetString(request!.Target));
        Assert.Equal("/aA?b=1", request.UpstreamTarget);
        Assert.Equal("shop.test/aA?b=1\nhttp", Encoding.ASCII.GetString(request.Key));
        Assert.Equal("Shop.Test", request.Fields.Field("host"));
        Assert.Equal("1,2", request.Fields.Field("X-A").ToString());
        Assert.Equal(3, request.Fields.All.Length);
        Assert.True(request.Facts.Has(RequestFlags.Cookie));
    }

    [Theory]
    [InlineData("/own")]
    [InlineData("/OWN?a")]
    [InlineData("/%6Fwn")]
    [InlineData("/.well-known/edgecache/records/x")]
    [InlineData("/a%zz")]
    [InlineData("/a/..%2Fb")]
    public void TryRead_WhatTheApplicationOrThePipelineMustSee_IsNotTaken(string target)
    {
        var options = new EdgeCacheOptions();
        options.OwnPaths.Add("/own");

        Assert.False(TryRead($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n", options, out _));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("A.test:80", true)]
    [InlineData("127.0.0.1:65535", true)]
    [InlineData("a:", false)]
    [InlineData(":1", false)]
    [InlineData("a:1x", false)]
    [InlineData("a:123456", false)]
    [InlineData("a_b", false)]
    [InlineData("[::1]", false)]
    [InlineData("user@a", false)]
    public void TryRead_HostThatIsNoPlainName_IsTheServers(string host, bool taken) =>
        Assert.Equal(taken, TryRead($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n", new(), out _));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TryRead_Cookie_IsNotTakenWhereSessionsTravelInCookies(bool travel) =>
        Assert.Equal(!travel, TryRead("GET / HTTP/1.1\r\nHost: a\r\nCookie: x=1\r\n\r\n", new() { SessionCookie = travel ? "s" : null }, out _));

    [Theory]
    [InlineData(RawRequests.MaxFields - 1, true)]
    [InlineData(RawRequests.MaxFields, false)]
    public void TryRead_ManyFields_AreTheServers(int more, bool taken) =>
        Assert.Equal(taken, TryRead($"GET / HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, more).Select(i => $"X-{i}: 1\r\n"))}\r\n", new(), out _));

    private bool TryRead(string text, EdgeCacheOptions options, out EdgeRequest? request)
    {
        var node = new EdgeNode(options, new FixedFollower(TimeProvider.System, seed: 1), TimeProvider.System, new RouteRules(), _store);
        Assert.Equal(HeadKind.Simple, RawHead.Read(Encoding.ASCII.GetBytes(text), out var head));
        return new RawRequests(node).TryRead(in head, new HostMemo(), out request);
    }
}
