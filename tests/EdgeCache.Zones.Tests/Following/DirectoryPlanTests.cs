using EdgeCache.Zones.Following;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using Xunit;

namespace EdgeCache.Zones.Tests.Following;

public sealed class DirectoryPlanTests
{
    [Theory]
    [InlineData("a.test default", "a.test default", "")]
    [InlineData("default", "a.test default", "")]
    [InlineData("a.test default", "default", "default")]
    [InlineData("test b.test default", "test default", "test")]
    [InlineData("a.test=h.example b.test default", "a.test b.test=h.example default", "b.test")]
    [InlineData("a.test=h.example b.test default", "a.test b.test default", "default")]
    [InlineData("a.test default", "a.test=h.example default", "a.test")]
    public void Gaining_DirectoryChanged_AreTheZonesThatOwnMoreThanBefore(string before, string after, string gaining) =>
        Assert.Equal(gaining, string.Join(' ', DirectoryPlan.Gaining(Zones(before), Zones(after)).Select(z => z.Value).Order()));

    private static ZoneDefinition[] Zones(string text) =>
    [
        .. text.Split(' ').Select(word => word.Split('=')).Select(parts =>
            new ZoneDefinition(ZoneName.Parse(parts[0]), new ZonePolicy { Hosts = parts.Length > 1 ? parts[1].Split(',') : [] })),
    ];
}
