using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class TargetedControlTests
{
    [Theory]
    [InlineData("CDN-Cache-Control: max-age=60|Cache-Control: max-age=1", "CdnCacheControl 60")]
    [InlineData("CDN-Cache-Control: max-age=1|Cache-Control: max-age=60", "CdnCacheControl 1")]
    [InlineData("CDN-Cache-Control: max-age=0|Expires: @100", "CdnCacheControl 0")]
    [InlineData("CDN-Cache-Control: max-age=60|Expires: @-100", "CdnCacheControl 60")]
    [InlineData("EdgeCache-Control: max-age=5|CDN-Cache-Control: max-age=60|Surrogate-Control: max-age=9", "EdgeCacheControl 5")]
    [InlineData("CDN-Cache-Control: max-age=60|Surrogate-Control: max-age=9", "CdnCacheControl 60")]
    [InlineData("CDN-Cache-Control: max-age=99999999999", "CdnCacheControl 2147483648")]
    [InlineData("CDN-Cache-Control: foobar, max-age=60", "CdnCacheControl 60")]
    [InlineData("CDN-Cache-Control: foobar;a=\"b\", max-age=60;x", "CdnCacheControl 60")]
    [InlineData("CDN-Cache-Control: max-age=1|CDN-Cache-Control: max-age=60", "CdnCacheControl 60")]
    [InlineData("CDN-Cache-Control: max-age=60, &&&&&|Cache-Control: max-age=1", "CacheControl 1")]
    [InlineData("CDN-Cache-Control: max-age=60,|Cache-Control: max-age=1", "CacheControl 1")]
    [InlineData("CDN-Cache-Control: MaX-aGe=60|Cache-Control: max-age=1", "CacheControl 1")]
    [InlineData("CDN-Cache-Control: max-age =60|Cache-Control: max-age=1", "CacheControl 1")]
    [InlineData("CDN-Cache-Control: max-age= 60|Cache-Control: max-age=1", "CacheControl 1")]
    [InlineData("CDN-Cache-Control: max-age=\"60\"|Cache-Control: max-age=1", "CacheControl 1")]
    [InlineData("CDN-Cache-Control: max-age=60.0|Cache-Control: max-age=1", "CacheControl 1")]
    [InlineData("CDN-Cache-Control:|Cache-Control: max-age=1", "CacheControl 1")]
    [InlineData("CDN-Cache-Control: max-age=-60|Cache-Control: max-age=1", "CdnCacheControl 0")]
    [InlineData("CDN-Cache-Control: foobar|Cache-Control: max-age=1", "CdnCacheControl 0")]
    [InlineData("EdgeCache-Control: (|CDN-Cache-Control: max-age=7", "CdnCacheControl 7")]
    [InlineData("Surrogate-Control: max-age=60|Cache-Control: max-age=1", "SurrogateControl 60")]
    [InlineData("Surrogate-Control: MaX-aGe=60", "SurrogateControl 60")]
    [InlineData("Surrogate-Control: foobar, max-age=60+30", "SurrogateControl 60")]
    [InlineData("Surrogate-Control: max-age=60;edgecache|Cache-Control: no-store", "SurrogateControl 60")]
    [InlineData("Surrogate-Control: max-age=60;other|Cache-Control: max-age=1", "CacheControl 1")]
    [InlineData("Surrogate-Control: max-age =60|Cache-Control: max-age=1", "CacheControl 1")]
    [InlineData("Surrogate-Control: content=\"ESI/1.0\"|Cache-Control: max-age=1", "CacheControl 1")]
    [InlineData("Surrogate-Control: max-age=x|Cache-Control: max-age=1", "SurrogateControl 0")]
    public void Read_Fields_TheMostSpecificUsableOneDecides(string lines, string expected)
    {
        var facts = Given.Response(FreshnessTests.Expand(lines));

        Assert.Equal(expected, $"{facts.Control} {Freshness.LifetimeOf(facts).Seconds}");
    }

    [Theory]
    [InlineData("CDN-Cache-Control: no-store|Cache-Control: max-age=60", "no-store")]
    [InlineData("CDN-Cache-Control: private|Cache-Control: max-age=60", "private")]
    [InlineData("CDN-Cache-Control: max-age=60|Cache-Control: no-store", "none")]
    [InlineData("CDN-Cache-Control: max-age=60, no-store=?0|Cache-Control: no-store", "none")]
    [InlineData("CDN-Cache-Control: max-age=\"60\"|Cache-Control: no-store", "no-store")]
    [InlineData("Surrogate-Control: no-store|Cache-Control: max-age=60", "no-store")]
    [InlineData("Surrogate-Control: max-age=60;edgecache|Cache-Control: no-store", "none")]
    public void Decide_TargetedField_ReplacesCacheControl(string lines, string reason) =>
        Assert.Equal(reason, Storability.Decide(RequestFacts.PlainGet, Given.Response(lines.Split('|'))).Reason.Text());

    [Fact]
    public void Read_TargetedNoCache_AlwaysValidates() =>
        Assert.Equal("no-cache", Given.Reuse(Given.Stored("CDN-Cache-Control: no-cache", "Cache-Control: max-age=60"), 0));
}
