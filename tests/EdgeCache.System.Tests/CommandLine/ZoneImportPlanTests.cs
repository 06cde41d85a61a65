using EdgeCache.Client.Model;
using EdgeCache.CommandLine.Verbs;
using Xunit;

namespace EdgeCache.System.Tests.CommandLine;

public sealed class ZoneImportPlanTests
{
    [Theory]
    [InlineData(25, 1_000, 25)]
    [InlineData(24, 1_000, 10, 10, 5)]
    [InlineData(25, 99, 10, 10, 5)]
    public void Parts_OfAFile_AreOneWhereItFitsAndElseHaveTheSoaInTheLast(int longest, long bytes, params int[] lengths)
    {
        var soa = new PublishDocument { Name = "@", Type = "SOA", Value = "soa." };
        var wanted = Enumerable.Range(0, 24).Select(i => new PublishDocument { Name = $"n{i}", Type = "A", Value = "addr" });
        var plan = ZoneImportPlan.Make("shop.test", [], [soa, .. wanted], onlyDns: true, keeps: false);
        var parts = plan.Parts(usual: 10, longest, bytes).ToList();

        Assert.Equal(lengths, parts.Select(p => p.Count));
        Assert.Contains(parts[^1], c => c.Publish?.Type == "SOA");
        Assert.Equal(25, parts.SelectMany(p => p).Distinct().Count());
    }

    [Fact]
    public void Parts_OfNothingToDo_AreNone() => Assert.Empty(ZoneImportPlan.Make("shop.test", [], [], onlyDns: true, keeps: false).Parts(10, 100, 100));
}
