using EdgeCache.Access;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.System.Tests.Access;

/// <summary>Tokens, what each may, and how often.</summary>
public sealed class TokenFileTests
{
    private const string Long = "0123456789abcdef";
    private static readonly ZoneName Shop = ZoneName.Parse("shop.test");
    private static readonly ZoneName Other = ZoneName.Parse("other.test");

    [Fact]
    public void Read_OfOneTokenAlone_MayEverything()
    {
        var (file, faults) = TokenFile.Read([Long, ""]);
        Assert.Empty(faults);
        Assert.True(file!.Find(Long)!.MayAdminister); // Without faults there is a file.
        Assert.Null(file.Find(Long + "x"));
    }

    [Fact]
    public void Read_OfSeveral_KnowsEachByItsScopes()
    {
        var (file, faults) = TokenFile.Read(["# name scopes token", $"ci publish:shop.test,read {Long}-ci", $"shop purge-tag:product- {Long}-shop", $"ops all {Long}-old", $"ops all {Long}-new"]);
        Assert.Empty(faults);
        var ci = file!.Find(Long + "-ci")!; // Without faults there is a file, and the token is in it.
        Assert.True(ci.MayPublish(Shop) && ci.MayRead && !ci.MayPublish(Other) && !ci.MayPurge(Shop) && !ci.MayAdminister);
        var shop = file.Find(Long + "-shop")!; // It is in the file.
        Assert.True(shop.MayPurge(Other, [new Selector(SelectorKind.Tag, "product-1")]));
        Assert.False(shop.MayPurge(Other, [new Selector(SelectorKind.Tag, "product-1"), new Selector(SelectorKind.Tag, "cart-1")]));
        Assert.False(shop.MayPurge(Shop, [Selector.Everything]));
        Assert.Equal("ops", file.Find(Long + "-old")!.Name); // Both are good while callers move.
        Assert.Equal("ops", file.Find(Long + "-new")!.Name);
    }

    [Theory]
    [InlineData("short", "line 1: the token is too short; allowed: at least 16 characters")]
    [InlineData("a b", "line 1: not a token")]
    [InlineData("ci write 0123456789abcdef", "line 1: 'write' is not a scope; allowed: all, read, publish")]
    [InlineData("ci publish:a..b 0123456789abcdef", "line 1: 'publish:a..b' is not a scope")]
    [InlineData("ci purge-tag: 0123456789abcdef", "line 1: 'purge-tag:' is not a scope")]
    [InlineData("# nothing", "it has no token")]
    public void Read_OfWhatIsNotGood_SaysTheLineAndWhatIsAllowedAndNeverTheToken(string line, string fault)
    {
        var (file, faults) = TokenFile.Read([line]);
        Assert.Null(file);
        Assert.Contains(fault, Assert.Single(faults), StringComparison.Ordinal);
        Assert.DoesNotContain(Long, faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Rate_OfOneCaller_LeavesOthersAlone()
    {
        var time = new FakeTimeProvider();
        var rate = new CallRate(2, time);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(rate.TryTake("a", out _));
        }

        Assert.False(rate.TryTake("a", out var seconds));
        Assert.Equal(1, seconds);
        Assert.True(rate.TryTake("b", out _));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(rate.TryTake("a", out _));
    }
}
