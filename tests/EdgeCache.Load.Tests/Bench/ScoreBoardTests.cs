using EdgeCache.Load.Bench;
using Xunit;

namespace EdgeCache.Load.Tests.Bench;

public sealed class ScoreBoardTests
{
    [Fact]
    public void ToString_Rounds_MediansAndRatiosToTheFirst()
    {
        var board = new ScoreBoard("title", "note");
        foreach (var (peer, ours) in new[] { (100d, 150d), (90d, 900d), (110d, 140d) })
        {
            board.Add("peer", new Score(peer, 10, 1, 2));
            board.Add("ours", new Score(ours, 5, 1, 2));
        }

        Assert.Contains("| peer | 100 | 1.00 | 10.0 | 1.00 |", board.ToString(), StringComparison.Ordinal);
        Assert.Contains("| ours | 150 | 1.50 | 5.0 | 2.00 |", board.ToString(), StringComparison.Ordinal);
    }
}
