using System.Text;
using EdgeCache.Http.HitPath;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

public sealed class HostMemoTests
{
    private static readonly ZoneDefinition _shop = new(ZoneName.Parse("shop.test"), ZonePolicy.Standard);

    [Theory]
    [InlineData("WWW.Shop.Test:80", "www.shop.test", "shop.test")]
    [InlineData("shop.test.", "shop.test", "shop.test")]
    [InlineData("other.test:8080", "other.test:8080", "default")]
    public void TryMoveTo_Host_GivesNormalFormAndZone(string host, string normal, string zone)
    {
        var memo = new HostMemo();
        var map = new FixedFollower(TimeProvider.System, 1, _shop).Zones;
        Assert.True(memo.TryMoveTo(Encoding.ASCII.GetBytes(host), map));
        Assert.True(memo.TryMoveTo(Encoding.ASCII.GetBytes(host), map));
        Assert.Equal(normal, Encoding.ASCII.GetString(memo.Normal));
        Assert.Equal(zone, memo.Zone?.Zone.Value);
    }

    [Fact]
    public void TryMoveTo_SameHostAfterTheMapChanged_GivesTheNewZone()
    {
        var memo = new HostMemo();
        Assert.True(memo.TryMoveTo("shop.test"u8, new FixedFollower(TimeProvider.System, 1).Zones));
        Assert.Equal("default", memo.Zone?.Zone.Value);
        Assert.True(memo.TryMoveTo("shop.test"u8, new FixedFollower(TimeProvider.System, 1, _shop).Zones));
        Assert.Equal("shop.test", memo.Zone?.Zone.Value);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("user@shop.test")]
    [InlineData("shop.test:99999")]
    public void TryMoveTo_NoHost_IsFalse(string host) =>
        Assert.False(new HostMemo().TryMoveTo(Encoding.ASCII.GetBytes(host), new FixedFollower(TimeProvider.System, 1).Zones));
}
