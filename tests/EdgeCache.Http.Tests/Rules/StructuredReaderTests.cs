using CsCheck;
using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class StructuredReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "Boolean 1 ")]
    [InlineData("a;x;y=1", "Boolean 1 ")]
    [InlineData("a=?0", "Boolean 0 ")]
    [InlineData("a=-15", "Integer -15 ")]
    [InlineData("a=999999999999999", "Integer 999999999999999 ")]
    [InlineData("a=1.5", "Decimal 1 ")]
    [InlineData("a=\"x\\\"y\\\\\"", "String 0 x\"y\\")]
    [InlineData("a=tok:en/x", "Token 0 tok:en/x")]
    [InlineData("a=:aGVsbG8=:", "Bytes 0 aGVsbG8=")]
    [InlineData("a=@1659578233", "Date 1659578233 ")]
    [InlineData("a=%\"x\"", "DisplayString 0 x")]
    [InlineData("a=(1 \"b\";q=1 c);d", "InnerList 0 ")]
    [InlineData(" a=1 ", "Integer 1 ")]
    [InlineData("a=1, a=2", "Integer 2 ")]
    public void TryDictionary_WellFormed_GivesTheValue(string text, string expected)
    {
        Assert.True(StructuredReader.TryDictionary(text, out var members));
        Assert.Equal(expected, string.Join(';', members.Values.Select(v => $"{v.Kind} {v.Number} {v.Text}")));
    }

    [Theory]
    [InlineData("A=1")]
    [InlineData("a=")]
    [InlineData("a= 1")]
    [InlineData("a =1")]
    [InlineData("a=1,")]
    [InlineData("a=1;")]
    [InlineData("a=1 b=2")]
    [InlineData("a=1000000000000000")]
    [InlineData("a=1.")]
    [InlineData("a=1.2345")]
    [InlineData("a=--1")]
    [InlineData("a=\"x")]
    [InlineData("a=\"x\\y\"")]
    [InlineData("a=\"é\"")]
    [InlineData("a=?2")]
    [InlineData("a=:a b:")]
    [InlineData("a=(1")]
    [InlineData("a=(1,2)")]
    [InlineData("a=&&")]
    [InlineData("a=@1.5")]
    public void TryDictionary_Malformed_FailsAsAWhole(string text) => Assert.False(StructuredReader.TryDictionary(text, out _));

    [Fact]
    public void TryDictionary_AnyText_DoesNotThrow() =>
        Gen.String[Gen.Char["a=-1.\"\\?:@%(); ,*Z"], 0, 40].Sample(text => StructuredReader.TryDictionary(text, out _) | StructuredReader.TryList(text, out _) || true);
}
