using System.Net;
using System.Text;
using EdgeCache.Http.AccessLog;
using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.AccessLog;

/// <summary>Nothing that a client sends leaves its quotes or its line.</summary>
public sealed class LineTextTests
{
    [Theory]
    [InlineData("", "-")]
    [InlineData("/a b?c=d&e=%22", "/a b?c=d&e=%22")]
    [InlineData("a\r\n127.0.0.1 - - forged", "a\\x0d\\x0a127.0.0.1 - - forged")]
    [InlineData("say \"hi\" \\ \u001b[31m\u007f\u00ff\0", "say \\x22hi\\x22 \\x5c \\x1b[31m\\x7f\\xff\\x00")]
    public void Quoted_OfAnyBytes_IsPrintable(string text, string expected) => Assert.Equal(expected, Written(text, json: false));

    [Fact]
    public void Json_OfEveryByte_IsReadBackAsItWas()
    {
        var every = new string([.. Enumerable.Range(0, 256).Select(b => (char)b)]);
        Assert.Equal(every, global::System.Text.Json.JsonSerializer.Deserialize<string>($"\"{Written(every, json: true)}\""));
    }

    [Fact]
    public void Quoted_BeyondItsLimit_SaysThatMoreCame() =>
        Assert.Equal(new string('x', LineText.MaxText) + "...", Written(new string('x', LineText.MaxText + 1), json: false));

    [Fact]
    public void Line_WithEveryTextAtItsLimitAndEscaped_Fits()
    {
        var text = new byte[LineText.MaxTarget + 1];
        var lines = new List<int>();
        var journal = new AccessJournal(line => { lines.Add(line.Length); return true; }, AccessLogFormat.Json, new string('n', 64), TimeProvider.System);
        journal.Write(new AccessAnswer { Client = IPAddress.IPv6Loopback, Status = 200, Method = text, Target = text, Protocol = text, Host = text, CacheStatus = text, Referer = text, Agent = text, Bytes = long.MaxValue, Took = TimeSpan.MaxValue });
        Assert.InRange(Assert.Single(lines), LineText.MaxTarget * 6, LineText.MaxLine);
    }

    [Theory]
    [InlineData(0, "0.000000", "0.000")]
    [InlineData(1_234_567, "1.234567", "1234.567")]
    [InlineData(42, "0.000042", "0.042")]
    public void Fraction_OfMicroseconds_IsExact(long microseconds, string seconds, string milliseconds)
    {
        var line = new BoundedWriter(new byte[64]);
        LineText.Fraction(ref line, microseconds, 6);
        Assert.Equal(seconds, Encoding.ASCII.GetString(line.Written));
        line.Truncate(0);
        LineText.Fraction(ref line, microseconds, 3);
        Assert.Equal(milliseconds, Encoding.ASCII.GetString(line.Written));
    }

    private static string Written(string text, bool json)
    {
        var line = new BoundedWriter(new byte[LineText.MaxLine]);
        var bytes = Encoding.Latin1.GetBytes(text);
        if (json)
        {
            LineText.Json(ref line, bytes);
        }
        else
        {
            LineText.Quoted(ref line, bytes);
        }

        return Encoding.ASCII.GetString(line.Written);
    }
}
