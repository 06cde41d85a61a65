using EdgeCache.Zones.Following;
using Xunit;

namespace EdgeCache.Zones.Tests.Following;

/// <summary>PLANE.md 6: what failed for all at the same moment is not tried again by all at the same moment.</summary>
public sealed class JitterTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1, 25, 50)]
    [InlineData(3, 100, 200)]
    [InlineData(20, 500, 1_000)]
    public void BackOff_OfManyNodes_IsSpreadOverHalfOfIt(int failures, int least, int most)
    {
        var waits = Enumerable.Range(0, 200).Select(i => new Jitter(new Random(i)).BackOff(failures, First, Limit).TotalMilliseconds).ToList();
        Assert.All(waits, w => Assert.InRange(w, least, most));
        for (var part = 0; part < 5; part++)
        {
            var from = least + ((most - least) * part / 5.0);
            Assert.InRange(waits.Count(w => w >= from && w < from + ((most - least) / 5.0)), 10, 90);
        }
    }
}
