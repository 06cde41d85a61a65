using EdgeCache.Zones.Records;
using Xunit;

namespace EdgeCache.Zones.Tests.Records;

/// <summary>RFC 1035 §5.1 escapes in record names, which keys have in one form only.</summary>
public sealed class RecordNameTests
{
    [Theory]
    [InlineData(@"my\032printer", @"my\032printer")]
    [InlineData(@"My\ Printer._IPP", @"my\032printer._ipp")]
    [InlineData(@"a\.b.c", @"a\046b.c")]
    [InlineData(@"a\046b", @"a\046b")]
    [InlineData(@"\200\255\000", @"\200\255\000")]
    [InlineData(@"0\/26", @"0\04726")]
    [InlineData(@"\065\b", "ab")]
    [InlineData(@"\@", @"\064")]
    [InlineData(@"\*", "*")]
    [InlineData(@"\042.x", "*.x")]
    [InlineData(@"a\*", @"a\042")]
    [InlineData(@"\*\*", @"\042\042")]
    [InlineData(@"\\", @"\092")]
    public void DnsName_WithEscapes_HasOneForm(string text, string expected)
    {
        Assert.True(RecordKey.TryParse(text, "A", out var key, out var error), error);
        Assert.Equal(expected, key.Name);
        Assert.True(RecordKey.TryParse(key.Name, "A", out var again, out _));
        Assert.Equal(key, again);
    }

    [Theory]
    [InlineData(@"a\")]
    [InlineData(@"a\25")]
    [InlineData(@"a\256")]
    [InlineData(@"a\1x2")]
    [InlineData(@"a\.b..c")]
    [InlineData(@"\032.")]
    [InlineData(@".\032")]
    [InlineData(@"\032a*")]
    [InlineData(@"\032*")]
    [InlineData(@"*\032")]
    [InlineData(@"\032 x")]
    [InlineData("a\\\u00e9")]
    [InlineData("a\\\n")]
    [InlineData("a\\\u0100\\032")]
    [InlineData("\\032\u0141")]
    public void DnsName_WithABrokenEscape_IsRefusedWithTheReason(string text)
    {
        Assert.False(RecordKey.TryParse(text, "A", out _, out var error));
        Assert.Contains(@"\032", error, StringComparison.Ordinal);
    }

    [Fact]
    public void DnsName_IsMeasuredInOctets()
    {
        var label = string.Concat(Enumerable.Repeat(@"\001", 63));
        Assert.True(RecordKey.TryParse($"{label}.{label}.{label}.{string.Concat(Enumerable.Repeat(@"\001", 61))}", "A", out _, out _));
        Assert.False(RecordKey.TryParse($"{label}.{label}.{label}.{string.Concat(Enumerable.Repeat(@"\001", 62))}", "A", out _, out _));
        Assert.False(RecordKey.TryParse($@"{label}\001", "A", out _, out _));
    }

    [Fact]
    public void Doc_HasNoEscapes() => Assert.False(RecordKey.TryParse(@"a\032b", "DOC", out _, out _));
}
