using EdgeCache.Http.Revalidation;
using Xunit;

namespace EdgeCache.Http.Tests.Revalidation;

/// <summary>The pages that readers wait for, the hottest first.</summary>
public sealed class HeatQueueTests
{
    private readonly HeatQueue _queue = new();

    [Fact]
    public void TryTake_PagesAskedForUnequally_ComeByHeat()
    {
        foreach (var (page, times) in new[] { (1UL, 2), (2UL, 30), (3UL, 7) })
        {
            for (var i = 0; i < times; i++)
            {
                _queue.Add(page);
            }
        }

        Assert.Equal([2, 3, 1], Enumerable.Range(0, 3).Select(_ => _queue.TryTake(out var page) ? page : 0));
        Assert.False(_queue.TryTake(out _));
    }

    [Fact]
    public void Add_MorePagesThanItHolds_IsBoundedAndKeepsCountingThoseItHas()
    {
        for (var i = 0; i < HeatQueue.MaxPages * 3; i++)
        {
            _queue.Add((ulong)i);
        }

        _queue.Add(7);
        Assert.Equal(HeatQueue.MaxPages, _queue.Count);
        Assert.True(_queue.TryTake(out var hottest));
        Assert.Equal(7UL, hottest);
        _queue.Clear();
        Assert.False(_queue.TryTake(out _));
    }
}
