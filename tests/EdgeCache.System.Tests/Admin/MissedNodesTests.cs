using EdgeCache.Admin;
using EdgeCache.Zones.Nodes;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.System.Tests.Admin;

public sealed class MissedNodesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly MissedNodes _missed;

    public MissedNodesTests() => _missed = new MissedNodes(_time);

    [Fact]
    public void Node_ThatIsNoLongerListed_IsMissedForTenMinutes()
    {
        Assert.Empty(Beside("a", "b"));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(["b"], Beside("a"));
        _time.Advance(MissedNodes.Listed - TimeSpan.FromSeconds(11));
        Assert.Equal(["b"], Beside("a"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Beside("a"));
    }

    [Fact]
    public void Node_ThatIsBack_IsMissedNoMore()
    {
        Beside("a", "b");
        Assert.Equal(["b"], Beside("a"));
        Assert.Empty(Beside("a", "b"));
    }

    [Fact]
    public void Nodes_MoreThanAreRemembered_AreNotMissed()
    {
        Beside([.. Enumerable.Range(0, MissedNodes.MaxNodes + 5).Select(i => $"n{i}")]);
        Assert.Equal(MissedNodes.MaxNodes, Beside().Count);
    }

    [Fact]
    public void Row_OfAMissedNode_SaysGone_AmongTheOthersByName()
    {
        var rows = NodeTable.Of([Report("c"), Report("a")], [Report("b")], new Dictionary<Zones.Records.ZoneName, (Zones.Log.Epoch, long)>(), 0);
        Assert.Equal(["a caught-up", "b gone", "c caught-up"], rows.Select(r => $"{r.Node} {r.State}"));
    }

    /// <summary>A node that may serve pages that are possibly old does not say that it has caught up, whatever its position.</summary>
    [Theory]
    [InlineData(0, "validating")]
    [InlineData(3_000, "lagging")]
    public void Row_OfANodeThatIsNotSureOfItsPages_SaysSo(long age, string state)
    {
        var rows = NodeTable.Of([Report("a") with { Unproven = [] }], [], new Dictionary<Zones.Records.ZoneName, (Zones.Log.Epoch, long)>(), age);
        Assert.Equal(state, Assert.Single(rows).State);
    }

    private List<string> Beside(params IEnumerable<string> listed) => [.. _missed.Beside([.. listed.Select(Report)]).Select(r => r.Node)];

    private static NodeReport Report(string node) =>
        new() { Node = node, Role = "edge", Instance = "1", Positions = [], HorizonAgeMilliseconds = 0, ReportedAt = 0, LeaseMilliseconds = 2_000 };
}
