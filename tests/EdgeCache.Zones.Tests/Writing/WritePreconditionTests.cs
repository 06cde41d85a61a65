using EdgeCache.Zones.Tests.Stores;
using EdgeCache.Zones.Writing;
using Xunit;

namespace EdgeCache.Zones.Tests.Writing;

public sealed class WritePreconditionTests
{
    [Theory]
    [InlineData(null, null, true, true)]
    [InlineData("*", null, true, false)]
    [InlineData(null, "*", false, true)]
    [InlineData("\"1-10000\"", null, true, false)]
    [InlineData("\"x\", \"1-10000\"", null, true, false)]
    [InlineData("\"a,b\",\"1-10000\"", null, true, false)]
    [InlineData("W/\"1-10000\"", null, false, false)]
    [InlineData("\"x\"", null, false, false)]
    [InlineData(null, "\"1-10000\"", false, true)]
    [InlineData(null, "\"x\"", true, true)]
    public void HoldsFor_Fields_AreReadAsTheStandardSays(string? match, string? noneMatch, bool present, bool absent)
    {
        Assert.True(WritePrecondition.TryParse(match, noneMatch, out var precondition, out _));
        var current = StoreSamples.Value(StoreSamples.Www, "a");
        current = current with { Version = current.Version with { Serial = 1 } };
        Assert.Equal(present, precondition.HoldsFor(current));
        Assert.Equal(absent, precondition.HoldsFor(null));
        Assert.Equal(absent, precondition.HoldsFor(current with { IsDeleted = true }));
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("")]
    [InlineData("\"open")]
    [InlineData("\"a\" \"b\"")]
    [InlineData("W/")]
    [InlineData("*, \"a\"")]
    public void TryParse_Malformed_SaysSo(string field)
    {
        Assert.False(WritePrecondition.TryParse(field, null, out _, out var error));
        Assert.NotNull(error);
    }
}
