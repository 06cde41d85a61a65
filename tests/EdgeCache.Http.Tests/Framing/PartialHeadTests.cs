using System.Text;
using EdgeCache.Http.Framing;
using Xunit;

namespace EdgeCache.Http.Tests.Framing;

public sealed class PartialHeadTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";

    [Fact]
    public void TryComplete_HoweverTheHeadIsCut_GivesItOnce_AndLeavesWhatFollows()
    {
        var text = Encoding.ASCII.GetBytes(Head + "body");
        for (var size = 1; size <= text.Length; size++)
        {
            var partial = new PartialHead();
            for (var at = 0; at < text.Length; at += size)
            {
                ReadOnlySpan<byte> came = text.AsSpan(at, Math.Min(size, text.Length - at));
                if (partial.TryComplete(ref came, out var head))
                {
                    Assert.Equal(Head, Encoding.ASCII.GetString(head));
                    Assert.StartsWith(Encoding.ASCII.GetString(came), "body");
                    Assert.Equal(Math.Min(at + size, text.Length) - Head.Length, came.Length);
                    break;
                }

                Assert.True(came.IsEmpty);
                Assert.False(partial.HasLoneLineFeed);
                Assert.True(at + size < Head.Length);
            }
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\nA", true)]
    [InlineData("\nA", true)]
    [InlineData("HTTP/1.1 200 OK\r\nA\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n", false)]
    public void HasLoneLineFeed_TellsIt_HoweverItIsCut(string text, bool expected)
    {
        for (var size = 1; size <= text.Length; size++)
        {
            var partial = new PartialHead();
            foreach (var piece in Encoding.ASCII.GetBytes(text).Chunk(size))
            {
                ReadOnlySpan<byte> came = piece;
                Assert.False(partial.TryComplete(ref came, out _));
            }

            Assert.Equal(expected, partial.HasLoneLineFeed);
            partial.Clear();
            Assert.True(partial.IsEmpty);
        }
    }
}
