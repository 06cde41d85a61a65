using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class HopsTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("other, edge-ab", 0)]
    [InlineData("edge-a", 1)]
    [InlineData("other.example:80; a=\"edge-a, edge-a\", EDGE-A ; v=1", 1)]
    [InlineData("edge-a|x, edge-a;p", 2)]
    public void TimesPassed_CdnLoop_CountsWholeIdentifiers(string lines, int expected) => Assert.Equal(expected, Hops.TimesPassed(lines.Split('|'), "edge-a"));
}
