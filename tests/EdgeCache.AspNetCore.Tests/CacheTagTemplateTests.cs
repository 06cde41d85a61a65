using Microsoft.AspNetCore.Routing;
using Xunit;

namespace EdgeCache.AspNetCore.Tests;

public sealed class CacheTagTemplateTests
{
    [Theory]
    [InlineData("catalogue", "catalogue")]
    [InlineData("product-{id}", "product-42")]
    [InlineData("{kind}-{id}", "lamp-42")]
    [InlineData("{{{id}}}", "{42}")]
    [InlineData("a{{b}}c", "a{b}c")]
    public void Format_OfRouteValues_FillsTheBraces(string template, string tag)
    {
        var values = new RouteValueDictionary { ["id"] = 42, ["kind"] = "lamp" };
        Assert.True(CacheTagTemplate.Parse(template).TryFormat(values, out var made, out _));
        Assert.Equal(tag, made);
    }

    [Theory]
    [InlineData("")]
    [InlineData("product-{")]
    [InlineData("product-{}")]
    [InlineData("product-}")]
    [InlineData("product-{a{b}}")]
    [InlineData("two words")]
    [InlineData("two,tags")]
    [InlineData("café")]
    public void Parse_OfWhatIsNoTemplate_SaysWhatIsAllowed(string template) => Assert.Throws<ArgumentException>(() => CacheTagTemplate.Parse(template));

    [Theory]
    [InlineData(null, "the route has no value 'id'")]
    [InlineData("", "the route has no value 'id'")]
    [InlineData("1,2", "printable ASCII")]
    [InlineData("1 2", "printable ASCII")]
    [InlineData("é", "printable ASCII")]
    [InlineData("1\r\nSet-Cookie: x", "printable ASCII")]
    public void Format_OfAValueThatMakesNoTag_SaysWhy(string? value, string why)
    {
        Assert.False(CacheTagTemplate.Parse("product-{id}").TryFormat(new RouteValueDictionary { ["id"] = value }, out _, out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Format_OfAValueThatIsTooLong_SaysTheLimit()
    {
        var values = new RouteValueDictionary { ["id"] = new string('x', CacheTagLimits.MaxTagLength) };
        Assert.False(CacheTagTemplate.Parse("product-{id}").TryFormat(values, out _, out var fault));
        Assert.Contains("1 to 1024 characters", fault, StringComparison.Ordinal);
    }
}
