using System.Text;
using EdgeCache.LogFiles;
using Xunit;

namespace EdgeCache.System.Tests.LogFiles;

public sealed class LineQueueTests
{
    [Fact]
    public void Lines_BeyondTheRoom_AreCountedAndTheRestStaysWhole()
    {
        var queue = new LineQueue(10);
        Assert.True(queue.TryAdd("1234\n"u8, out var isHalfFull));
        Assert.True(isHalfFull);
        Assert.True(queue.TryAdd("567\n"u8, out _));
        Assert.False(queue.TryAdd("89\n"u8, out _));
        Assert.Equal("1234\n567\n", Encoding.ASCII.GetString(queue.Take(out var lines).Span));
        Assert.Equal((2, 1), (lines, queue.Dropped));
        Assert.True(queue.TryAdd("89\n"u8, out _));
        Assert.Equal("89\n", Encoding.ASCII.GetString(queue.Take(out _).Span));
        Assert.True(queue.Take(out lines).IsEmpty);
        Assert.Equal(0, lines);
    }
}
