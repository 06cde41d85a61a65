using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class InvalidationTests
{
    [Theory]
    [InlineData("POST", 200, true)]
    [InlineData("PUT", 204, true)]
    [InlineData("DELETE", 303, true)]
    [InlineData("PATCH", 200, true)]
    [InlineData("M-SEARCH", 200, true)]
    [InlineData("post", 200, true)]
    [InlineData("POST", 404, false)]
    [InlineData("POST", 500, false)]
    [InlineData("POST", null, true)]
    [InlineData("GET", 200, false)]
    [InlineData("HEAD", 200, false)]
    [InlineData("OPTIONS", 200, false)]
    [InlineData("PROPFIND", 207, false)]
    [InlineData("GET", null, false)]
    public void Applies_Method_DependsOnSafetyAndStatus(string method, int? status, bool applies) =>
        Assert.Equal(applies, Invalidation.Applies(MethodRules.Kind(method), status));

    [Theory]
    [InlineData("/b", null, "/a?q /b")]
    [InlineData(null, "c", "/a?q /x/c")]
    [InlineData("http://h/b", "http://h:80/c", "/a?q /b /c")]
    [InlineData("https://h/b", "http://other/c", "/a?q")]
    [InlineData("http://h:81/b", "//H/d", "/a?q /d")]
    [InlineData("/a?q#f", "http://[bad", "/a?q")]
    public void Targets_Locations_OnlyOfTheSameOrigin(string? location, string? contentLocation, string expected)
    {
        var target = new Uri("http://h/x/../a?q");
        var found = Invalidation.Targets(contentLocation == "c" ? new("http://h/x/a?q") : target, location, contentLocation);

        Assert.Equal(expected.Replace("/a?q /x", "/x/a?q /x"), string.Join(' ', found.Select(u => u.PathAndQuery)));
    }
}
