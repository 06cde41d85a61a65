using EdgeCache.CommandLine;
using Xunit;

namespace EdgeCache.System.Tests.CommandLine;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("größe ✓", "größe ✓")]
    [InlineData("\u001b]0;mine\u0007", "\\x1b]0;mine\\x07")]
    [InlineData("a\nb\u009b31m", "a\\x0ab\\x9b31m")]
    public void Of_Text_NeverMovesTheCursor(string text, string shown) => Assert.Equal(shown, PlainText.Of(text));
}
