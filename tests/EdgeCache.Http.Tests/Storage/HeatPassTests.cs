using System.Text;
using EdgeCache.Http.Storage;
using Xunit;

namespace EdgeCache.Http.Tests.Storage;

/// <summary>A walk over the store in the order of heat.</summary>
public sealed class HeatPassTests
{
    [Fact]
    public void TryNext_EntriesUsedUnequally_ComeByTheirUseAndOnce()
    {
        using var bench = new StoreBench();
        for (var i = 0; i < 9; i++)
        {
            bench.Put($"h/{i}", "x"u8);
            for (var uses = 0; uses < i % 3 * 2; uses++)
            {
                Assert.True(bench.Has($"h/{i}"));
            }
        }

        Assert.Equal("258 147 036", string.Join(' ', Walk(bench).Chunk(3).Select(c => string.Concat(c))));
    }

    [Fact]
    public void TryNext_LooksAtNoMoreThanItIsAllowed()
    {
        using var bench = new StoreBench();
        for (var i = 0; i < 50; i++)
        {
            bench.Put($"h/{i}", "x"u8);
        }

        var pass = bench.Store.BeginHeatPass();
        Assert.False(pass.TryNext(40, out _)); // None is hot.
        Assert.False(pass.IsDone);
    }

    private static IEnumerable<string> Walk(StoreBench bench)
    {
        var pass = bench.Store.BeginHeatPass();
        while (!pass.IsDone)
        {
            if (pass.TryNext(10, out var lease))
            {
                var key = Encoding.UTF8.GetString(lease.Key)[2..];
                lease.Dispose();
                yield return key;
            }
        }
    }
}
