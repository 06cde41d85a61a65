using EdgeCache.Zones.Log;
using EdgeCache.Zones.Writing;
using Xunit;

namespace EdgeCache.Zones.Tests.Writing;

public sealed class SelectorsTests
{
    [Theory]
    [InlineData("http://Shop.Test/a", "shop.test/a")]
    [InlineData("HTTPS://shop.test:443/a", "shop.test/a")]
    [InlineData("http://shop.test:443/a", "shop.test:443/a")]
    [InlineData("http://shop.test:80", "shop.test/")]
    [InlineData("shop.test:8080/a?b=1", "shop.test:8080/a?b=1")]
    [InlineData("http://shop.test?x", "shop.test/?x")]
    [InlineData("http://shop.test/a/./b/../c#frag", "shop.test/a/c")]
    [InlineData("http://shop.test/a/..", "shop.test/")]
    [InlineData("http://shop.test/%7euser/%2f%c3%bc", "shop.test/~user/%2F%C3%BC")]
    [InlineData("http://shop.test/ü", "shop.test/%C3%BC")]
    [InlineData("http://[::1]:8080/a", "[::1]:8080/a")]
    [InlineData("shop.test./a?", "shop.test/a?")]
    public void Url_EqualThings_HaveEqualText(string text, string expected)
    {
        Assert.True(Selectors.TryMake(SelectorKind.Url, text, null, out var selector, out var error), error);
        Assert.Equal(new Selector(SelectorKind.Url, expected), selector);
    }

    [Theory]
    [InlineData(SelectorKind.Url, "/only/a/path")]
    [InlineData(SelectorKind.Url, "nonsense")]
    [InlineData(SelectorKind.Url, "")]
    [InlineData(SelectorKind.Url, "http://user@shop.test/")]
    [InlineData(SelectorKind.Url, "http://shop.test/a b")]
    [InlineData(SelectorKind.Url, "http://shop.test:99999999/")]
    [InlineData(SelectorKind.Prefix, "")]
    [InlineData(SelectorKind.Prefix, "/a?b")]
    [InlineData(SelectorKind.Prefix, "/a/../b")]
    [InlineData(SelectorKind.Host, "a/b")]
    [InlineData(SelectorKind.Host, "")]
    [InlineData(SelectorKind.Tag, "")]
    [InlineData(SelectorKind.Tag, "a\nb")]
    [InlineData(SelectorKind.Name, "a..b")]
    public void Make_NotOne_SaysWhatIsAllowed(SelectorKind kind, string text)
    {
        Assert.False(Selectors.TryMake(kind, text, null, out _, out var error));
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData(SelectorKind.Prefix, "/Products/", null, "/Products/", "")]
    [InlineData(SelectorKind.Prefix, "https://Shop.test/p", null, "shop.test/p", "")]
    [InlineData(SelectorKind.Prefix, "Shop.test", null, "shop.test/", "")]
    [InlineData(SelectorKind.Host, "Shop.Test:80", null, "shop.test", "")]
    [InlineData(SelectorKind.Host, "Shop.Test:8080", null, "shop.test", "")]
    [InlineData(SelectorKind.Host, "[::1]:8080", null, "[::1]", "")]
    [InlineData(SelectorKind.Prefix, "Shop.Test:8080/a:b", null, "shop.test/a:b", "")]
    [InlineData(SelectorKind.Prefix, "/a:b", null, "/a:b", "")]
    [InlineData(SelectorKind.Tag, "Product 1", null, "Product 1", "")]
    [InlineData(SelectorKind.Name, "WWW", "a", "www", "A")]
    [InlineData(SelectorKind.Name, "*.x", null, "*.x", "")]
    [InlineData(SelectorKind.Subtree, "Sub", null, "sub", "")]
    public void Make_Others_AreNormalised(SelectorKind kind, string text, string? type, string value, string expectedType)
    {
        Assert.True(Selectors.TryMake(kind, text, type, out var selector, out var error), error);
        Assert.Equal(new Selector(kind, value, expectedType), selector);
    }
}
