using EdgeCache.Load.CommandLine;
using Xunit;

namespace EdgeCache.Load.Tests.CommandLine;

public sealed class AdviseVerbTests
{
    [Fact]
    public void Say_HandExample_GivesTtlAndSaving()
    {
        var text = AdviseVerb.Say(1d / 600, 1, 0.0157, 0, 1, 5);
        Assert.Contains("longest TTL 20.0 s: 1.57 % stale, hit ratio 95.2 %", text, StringComparison.Ordinal);
        Assert.Contains("saves 71.4 % of the upstream requests", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Say_PurgesThatAlwaysArriveAtOnce_NeedNoShortTtl() =>
        Assert.Contains("1 week (the longest)", AdviseVerb.Say(1d / 600, 1, 0.0157, 0.001, 0, null), StringComparison.Ordinal);

    [Theory]
    [InlineData("1/600", 1d / 600)]
    [InlineData("0.5", 0.5)]
    [InlineData("1/0", null)]
    [InlineData("-1", null)]
    [InlineData("1/2/3", null)]
    public void TryParseRate_Text_IsARateOrRefused(string text, double? rate)
    {
        Assert.Equal(rate is not null, AdviseVerb.TryParseRate(text, out var found));
        Assert.True(rate is null || rate == found);
    }
}
