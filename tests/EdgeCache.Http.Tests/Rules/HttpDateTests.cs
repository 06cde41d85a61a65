using CsCheck;
using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class HttpDateTests
{
    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("sun, 06 NOV 1994 08:49:37 gmt")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    [InlineData("Sun Nov 06 08:49:37 1994")]
    [InlineData("  Sun, 06 Nov 1994 08:49:37 GMT\t")]
    public void TryParse_EachFormat_GivesTheSameSecond(string text)
    {
        Assert.True(HttpDate.TryParse(text, Given.Now, out var seconds));
        Assert.Equal(784111777, seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 AEST")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 +0000")]
    [InlineData("Sun, 06 Nov 1994 08:49:37")]
    [InlineData("Sun 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 94 08:49:37 GMT")]
    [InlineData("Sun, 06-Nov-1994 08:49:37 GMT")]
    [InlineData("Sun, 06  Nov  1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 8:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08.49.37 GMT")]
    [InlineData("Sun, 6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 31 Feb 1994 08:49:37 GMT")]
    [InlineData("Sun, 00 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:00:00 GMT")]
    [InlineData("Sun, 06 Nov 0000 08:49:37 GMT")]
    [InlineData("Foo, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT")]
    public void TryParse_AnythingElse_IsInvalid(string text) => Assert.False(HttpDate.TryParse(text, Given.Now, out _));

    [Theory]
    [InlineData("Thursday, 18-Aug-50 02:01:18 GMT", "Thu, 18 Aug 2050 02:01:18 GMT")]
    [InlineData("Monday, 18-Aug-76 02:01:18 GMT", "Tue, 18 Aug 2076 02:01:18 GMT")]
    [InlineData("Thursday, 18-Aug-77 02:01:18 GMT", "Thu, 18 Aug 1977 02:01:18 GMT")]
    public void TryParse_TwoDigitYear_IsAtMostFiftyYearsAhead(string text, string expected)
    {
        Assert.True(HttpDate.TryParse(text, Given.Now, out var seconds));
        Assert.Equal(expected, HttpDate.Format(seconds));
    }

    [Fact]
    public void TryParse_LeapSecond_FallsIntoTheNextMinute()
    {
        Assert.True(HttpDate.TryParse("Sat, 31 Dec 2016 23:59:60 GMT", Given.Now, out var seconds));
        Assert.Equal("Sun, 01 Jan 2017 00:00:00 GMT", HttpDate.Format(seconds));
    }

    [Fact]
    public void Format_AnySecond_IsReadBack() =>
        Gen.Long[-62_135_596_800, 253_402_300_799].Sample(seconds => HttpDate.TryParse(HttpDate.Format(seconds), Given.Now, out var back) && back == seconds);

    [Fact]
    public void TryParse_AnyText_DoesNotThrow() => Gen.String[Gen.Char[' ', '~'], 0, 40].Sample(text => HttpDate.TryParse(text, Given.Now, out _) || true);
}
