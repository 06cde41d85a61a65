using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class FreshnessTests
{
    [Theory]
    [InlineData("Cache-Control: max-age=60", 60, "MaxAge")]
    [InlineData("Cache-Control: max-age=3600, s-maxage=1", 1, "SharedMaxAge")]
    [InlineData("Cache-Control: s-maxage=3600, max-age=1", 3600, "SharedMaxAge")]
    [InlineData("Cache-Control: max-age=60, s-maxage=x", 0, "SharedMaxAge")]
    [InlineData("Cache-Control: max-age=x, s-maxage=60", 0, "SharedMaxAge")]
    [InlineData("Cache-Control: max-age=60|Expires: @-100", 60, "MaxAge")]
    [InlineData("Cache-Control: max-age=0|Expires: @100", 0, "MaxAge")]
    [InlineData("Cache-Control: max-age=-1|Expires: @100", 0, "MaxAge")]
    [InlineData("Expires: @100", 100, "Expires")]
    [InlineData("Expires: @100|Date: @-50", 150, "Expires")]
    [InlineData("Expires: @100|Date: nonsense", 100, "Expires")]
    [InlineData("Expires: @300|Date: @400", 0, "Expires")]
    [InlineData("Expires: @0|Date: @0", 0, "Expires")]
    [InlineData("Expires: 0|Last-Modified: @-100000", 0, "Expires")]
    [InlineData("Expires: @100|Expires: @200", 0, "Expires")]
    [InlineData("Last-Modified: @-1000", 100, "Heuristic")]
    [InlineData("Last-Modified: @-99999999", 86400, "Heuristic")]
    [InlineData("Last-Modified: @10", 0, "None")]
    [InlineData("Last-Modified: yesterday", 0, "None")]
    [InlineData("ETag: \"a\"", 0, "None")]
    public void LifetimeOf_Response_TakesTheRightSource(string lines, uint seconds, string source)
    {
        var lifetime = Freshness.LifetimeOf(Given.Response(Expand(lines)));

        Assert.Equal((seconds, source), (lifetime.Seconds, lifetime.Source.ToString()));
    }

    [Theory]
    [InlineData(200, "", 8640)]
    [InlineData(203, "", 8640)]
    [InlineData(204, "", 8640)]
    [InlineData(404, "", 8640)]
    [InlineData(405, "", 8640)]
    [InlineData(410, "", 8640)]
    [InlineData(414, "", 8640)]
    [InlineData(501, "", 8640)]
    [InlineData(201, "", 0)]
    [InlineData(202, "", 0)]
    [InlineData(302, "", 0)]
    [InlineData(403, "", 0)]
    [InlineData(503, "", 0)]
    [InlineData(599, "", 0)]
    [InlineData(599, "Cache-Control: public", 8640)]
    public void LifetimeOf_LastModifiedOnly_DependsOnTheStatus(int status, string line, uint seconds) =>
        Assert.Equal(seconds, Freshness.LifetimeOf(Given.Response(status, $"Last-Modified: {Given.Date(-86400)}", line)).Seconds);

    [Theory]
    [InlineData("Date: @0", 0)]
    [InlineData("Date: @-7200", 7200)]
    [InlineData("Date: @7200", 0)]
    [InlineData("Age: 30", 30)]
    [InlineData("Age: 30|Date: @-10", 30)]
    [InlineData("Age: 10|Date: @-30", 30)]
    [InlineData("Age: abc", 0)]
    [InlineData("Age: -5", 0)]
    [InlineData("Age: 5.0", 0)]
    [InlineData("Age: 5;foo=bar", 5)]
    [InlineData("Age: 5 ; foo=111", 5)]
    [InlineData("Age: ;foo=5", 0)]
    [InlineData("Age: 5x;foo", 0)]
    [InlineData("Age: 7200, 0", 7200)]
    [InlineData("Age: 0, 7200", 0)]
    [InlineData("Age: 0|Age: 7200", 0)]
    [InlineData("Age: 7200|Age: 0", 7200)]
    [InlineData("Age: 99999999999", 2147483648)]
    public void InitialAge_Fields_AreCombinedAsTheRfcSays(string lines, long seconds) =>
        Assert.Equal(seconds * 1000, Freshness.InitialAge(Given.Response(Expand(lines)), new(0, 0, Given.Now)));

    [Fact]
    public void InitialAge_SlowAnswer_CountsTheDelay() =>
        Assert.Equal(12_500, Freshness.InitialAge(Given.Response("Age: 10"), new(1_000, 3_500, Given.Now)));

    [Fact]
    public void LifetimeOf_RouteRules_FillGapsOrReplace()
    {
        var silent = Given.Response();
        var spoken = Given.Response("Cache-Control: max-age=60");

        Assert.Equal(5u, Freshness.LifetimeOf(silent, new() { DefaultTtl = 5 }).Seconds);
        Assert.Equal(60u, Freshness.LifetimeOf(spoken, new() { DefaultTtl = 5 }).Seconds);
        Assert.Equal(5u, Freshness.LifetimeOf(spoken, new() { ForcedTtl = 5 }).Seconds);
    }

    /// <summary><c>@n</c> is a date n seconds from now, <c>|</c> separates lines.</summary>
    internal static string[] Expand(string lines) =>
        [.. lines.Split('|').Select(l => l.Split('@') is [var name, var offset] ? name + Given.Date(long.Parse(offset)) : l)];
}
