using EdgeCache.Client.Model;
using EdgeCache.CommandLine.Verbs;
using Xunit;

namespace EdgeCache.System.Tests.CommandLine;

/// <summary>What an SRE reads in a row of <c>node list</c>.</summary>
public sealed class NodeRowTests
{
    [Fact]
    public void Row_OfANodeThatFellSilent_HasAHorizonThatGrowsWithItsSilence()
    {
        var node = new NodeDocument { Node = "edge-17", Role = "edge", State = "lagging", Behind = 1, HorizonAgeMilliseconds = 16, ReportAgeMilliseconds = 6_000, LeaseMilliseconds = 2_000, Positions = [] };
        Assert.Equal(["edge-17", "edge", "lagging", "1", "6016", "0", "0"], NodeVerb.Row(node));
    }
}
