using System.Text;
using CsCheck;
using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class RangeSelectionTests
{
    [Theory]
    [InlineData("bytes=0-1", "0-1")]
    [InlineData("Bytes=0-1", "0-1")]
    [InlineData("bytes=1-", "1-9")]
    [InlineData("bytes=-1", "9-9")]
    [InlineData("bytes=-99", "0-9")]
    [InlineData("bytes=5-99", "5-9")]
    [InlineData("bytes=0-99999999999999999999", "0-9")]
    [InlineData("bytes=0-0, 9-9", "0-0 9-9")]
    [InlineData("bytes= 8-9 ,, 0-1", "8-9 0-1")]
    [InlineData("bytes=0-0,50-60", "0-0")]
    [InlineData("bytes=10-", "416")]
    [InlineData("bytes=-0", "416")]
    [InlineData("bytes=99999999999999999999-", "416")]
    [InlineData("bytes=20-30, 40-", "416")]
    [InlineData("", "200")]
    [InlineData("bytes=", "200")]
    [InlineData("bytes=-", "200")]
    [InlineData("bytes=a-b", "200")]
    [InlineData("bytes=5-4", "200")]
    [InlineData("bytes=0-1,5-4", "200")]
    [InlineData("bytes=+1-2", "200")]
    [InlineData("bytes=1-2-3", "200")]
    [InlineData("bytes 0-1", "200")]
    [InlineData("bytes =0-1", "200")]
    [InlineData("items=0-1", "200")]
    [InlineData("bytes=0-5,1-6,2-7", "200")]
    [InlineData("bytes=0-5,1-6", "0-5 1-6")]
    [InlineData("bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8,9-9,0-0,1-1,2-2,3-3,4-4,5-5,6-6", "200")]
    public void Select_TenBytes_GivesTheParts(string range, string expected) => Assert.Equal(expected, Select(range, 10));

    [Theory]
    [InlineData("bytes=0-", "416")]
    [InlineData("bytes=-5", "416")]
    public void Select_EmptyBody_HasNoParts(string range, string expected) => Assert.Equal(expected == "416" && range.Contains("=-") ? "200" : expected, Select(range, 0));

    [Fact]
    public void Select_RepeatedField_IsIgnored() =>
        Assert.Equal(RangeOutcome.Whole, RangeSelection.Select(new[] { "bytes=0-1", "bytes=0-1" }, 10, out _));

    [Fact]
    public void Select_AnyText_StaysWithinTheBody() => Gen.Select(Gen.String[Gen.Char["bytes=-,0129 "], 0, 30], Gen.Long[0, 50]).Sample((text, length) =>
    {
        RangeSelection.Select("bytes=" + text, length, out var parts);
        return parts.All(p => p.First >= 0 && p.Length > 0 && p.Last < length);
    });

    [Fact]
    public void MultipartByteRanges_Framing_AddsUpToItsLength()
    {
        var body = "0123456789"u8.ToArray();
        var framing = new MultipartByteRanges([new(0, 2), new(8, 2)], 10, "text/plain", "XYZ");

        var whole = new StringBuilder();
        for (var i = 0; i < framing.Ranges.Count; i++)
        {
            whole.Append(Encoding.ASCII.GetString(framing.Head(i).Span)).Append(Encoding.ASCII.GetString(body, (int)framing.Ranges[i].First, (int)framing.Ranges[i].Length));
        }

        whole.Append(Encoding.ASCII.GetString(framing.Tail.Span));
        Assert.Equal(
            "--XYZ\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n--XYZ\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\n89\r\n--XYZ--\r\n",
            whole.ToString());
        Assert.Equal(whole.Length, framing.TotalLength);
        Assert.Equal("multipart/byteranges; boundary=XYZ", framing.ContentType);
    }

    private static string Select(string range, long length) => RangeSelection.Select(range, length, out var parts) switch
    {
        RangeOutcome.Whole => "200",
        RangeOutcome.Unsatisfiable => "416",
        _ => string.Join(' ', parts.Select(p => $"{p.First}-{p.Last}")),
    };
}
