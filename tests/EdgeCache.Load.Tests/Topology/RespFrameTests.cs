using System.Text;
using CsCheck;
using EdgeCache.Load.Topology;
using Xunit;

namespace EdgeCache.Load.Tests.Topology;

public sealed class RespFrameTests
{
    [Theory]
    [InlineData("+OK\r\n", false)]
    [InlineData(":12\r\n", false)]
    [InlineData("$-1\r\n", false)]
    [InlineData("$3\r\nabc\r\n", false)]
    [InlineData("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n", true)]
    [InlineData(">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n", true)]
    [InlineData(">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n", false)]
    [InlineData("%1\r\n+a\r\n*2\r\n:1\r\n_\r\n", false)]
    public void Measure_WholeValueWithMoreBehind_FindsItsEnd(string text, bool message)
    {
        var frame = Encoding.ASCII.GetBytes(text);
        Assert.Equal(frame.Length, RespFrame.Measure([.. frame, .. "+NEXT\r\n"u8]));
        Assert.Equal(message, RespFrame.IsMessage(frame));
        for (var cut = 0; cut < frame.Length; cut++)
        {
            Assert.Equal(0, RespFrame.Measure(frame.AsSpan(0, cut)));
        }
    }

    [Fact]
    public void Measure_AnyBytes_NeverThrows() =>
        Gen.Byte.Array[0, 64].Sample(bytes =>
        {
            var length = RespFrame.Measure(bytes);
            return length <= bytes.Length;
        });
}
