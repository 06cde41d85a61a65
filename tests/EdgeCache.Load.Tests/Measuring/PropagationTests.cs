using System.Diagnostics;
using EdgeCache.Load.Measuring;
using Xunit;

namespace EdgeCache.Load.Tests.Measuring;

public sealed class PropagationTests
{
    private readonly VersionLedger _ledger = new(1, 0);

    public PropagationTests()
    {
        _ledger.Acknowledge(0, _ledger.Write(0, Ms(90)), Ms(100));
        _ledger.Acknowledge(0, _ledger.Write(0, Ms(990)), Ms(1000));
    }

    [Fact]
    public void Of_TwoNodes_BracketsEachAndTakesTheLaterAsLast()
    {
        var result = Propagation.Of(_ledger, [Read(0, 110, 1), Read(0, 130, 2), Read(1, 120, 1), Read(1, 190, 2)], 2, 0);
        Assert.Equal((10, 30), Bracket(result, 0));
        Assert.Equal((20, 90), Bracket(result, 1));
        Assert.Equal(90, result.Last.P50, 6);
    }

    [Fact]
    public void Of_NotAskedBeforeTheNextWrite_SaysNothingOfThatVersion()
    {
        var result = Propagation.Of(_ledger, [Read(0, 50, 1), Read(0, 1500, 3)], 1, 0);
        Assert.Equal(1, result.ByNode[0].FirstFresh.Count);
        Assert.Equal(500, result.ByNode[0].FirstFresh.P50, 6);
    }

    private static (double, double) Bracket(Propagation.Result result, int node) =>
        (Math.Round(result.ByNode[node].LastOld.P50, 3), Math.Round(result.ByNode[node].FirstFresh.P50, 3));

    private static long Ms(double milliseconds) => (long)(milliseconds * Stopwatch.Frequency / 1000);

    private static ReadSample Read(int node, double at, long version) => new(0, node, 0, Ms(at), Ms(at), Ms(at + 1), version, ServedBy.Cache, null);
}
