using CsCheck;
using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class ResponseDirectivesParserTests
{
    private const long Invalid = -2;
    private const long Absent = -1;

    [Theory]
    [InlineData("max-age=3600", 3600)]
    [InlineData("MaX-aGe=3600", 3600)]
    [InlineData("max-age=003600", 3600)]
    [InlineData("max-age=\"3600\"", 3600)]
    [InlineData("  max-age=3600 ,, public ", 3600)]
    [InlineData("foobar, max-age=3600", 3600)]
    [InlineData("foo=\"a\\\"b, max-age=1\", max-age=7", 7)]
    [InlineData("extension=\"max-age=3600\", max-age=1", 1)]
    [InlineData("max-age=1, extension=\"max-age=3600\"", 1)]
    [InlineData("max-age=2147483647", 2147483647)]
    [InlineData("max-age=2147483648", 2147483648)]
    [InlineData("max-age=99999999999999999999999999", 2147483648)]
    [InlineData("max-age=3600, max-age=1800", 3600)]
    [InlineData("max-age=1|max-age=1800", 1)]
    [InlineData("max-age=-3600", Invalid)]
    [InlineData("max-age=+3600", Invalid)]
    [InlineData("max-age=3600.0", Invalid)]
    [InlineData("max-age='3600'", Invalid)]
    [InlineData("max-age =3600", Invalid)]
    [InlineData("max-age= 3600", Invalid)]
    [InlineData("max-age=a3600", Invalid)]
    [InlineData("max-age=3600a", Invalid)]
    [InlineData("max-age=3600 a", Invalid)]
    [InlineData("max-age=", Invalid)]
    [InlineData("max-age", Invalid)]
    [InlineData("max-age=\"3600", Invalid)]
    [InlineData("max-age=60, max-age=abc", Invalid)]
    [InlineData("max-age=٣", Invalid)]
    [InlineData("xmax-age=5", Absent)]
    [InlineData("=5, ;, \"max-age=5\"", Absent)]
    public void Parse_MaxAge_IsReadAsTheRfcSays(string lines, long expected)
    {
        var age = ResponseDirectivesParser.Parse(lines.Split('|')).MaxAge;

        Assert.Equal(expected, age.IsInvalid ? Invalid : age.IsPresent ? age.Value : Absent);
    }

    [Theory]
    [InlineData("no-store", "NoStore")]
    [InlineData("No-StOrE", "NoStore")]
    [InlineData("no-store=1", "NoStore")]
    [InlineData("no-store =", "NoStore")]
    [InlineData("public", "Public")]
    [InlineData("public=1", "None")]
    [InlineData("private", "Private")]
    [InlineData("private=\"\"", "Private")]
    [InlineData("private=", "Private")]
    [InlineData("private=\"a b\"", "Private")]
    [InlineData("private='a'", "Private")]
    [InlineData("private=\"a, b", "Private")]
    [InlineData("private=\"a\"", "None")]
    [InlineData("no-cache=\"a\", no-cache", "NoCache")]
    [InlineData("must-revalidate, proxy-revalidate, must-understand, immutable, no-transform", "MustRevalidate, ProxyRevalidate, MustUnderstand, NoTransform, Immutable")]
    public void Parse_Flags_RestrictInAnyFormAndPermitOnlyWellFormed(string line, string expected) =>
        Assert.Equal(expected, ResponseDirectivesParser.Parse(line).Flags.ToString());

    [Fact]
    public void Parse_FieldLists_CollectsTheNames() =>
        Assert.Equal(["a", "b", "Set-Cookie"], ResponseDirectivesParser.Parse(new[] { "no-cache=\"a, b\"", "private=Set-Cookie" }).WithheldFields);

    [Fact]
    public void Parse_AnyText_DoesNotThrow() => Gen.String[Gen.Char['\0', '~'], 0, 60].Sample(text => _ = ResponseDirectivesParser.Parse(text));
}
