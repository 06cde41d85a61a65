using CsCheck;
using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class VaryTests
{
    private const long Seed = 7;

    [Theory]
    [InlineData("Foo", "foo")]
    [InlineData("Foo, Bar", "bar foo")]
    [InlineData("Bar|Foo", "bar foo")]
    [InlineData(" Foo ,,bar, FOO", "bar foo")]
    [InlineData("", "")]
    [InlineData("*", "*")]
    [InlineData("*, *", "*")]
    [InlineData("|*", "*")]
    [InlineData(", *", "*")]
    [InlineData("*, Foo", "*")]
    [InlineData("Foo|Bar, *", "*")]
    [InlineData("Foo Bar", "*")]
    public void Parse_Lines_GivesOneSortedSet(string lines, string expected)
    {
        var spec = VarySpec.Parse(lines.Split('|'));

        Assert.Equal(expected, spec.IsAny ? "*" : string.Join(' ', spec.Names));
    }

    [Theory]
    [InlineData("Foo", "Foo: 1", "Foo: 1", true)]
    [InlineData("Foo", "Foo: 1|Other: 2", "Foo: 1|Other: 3", true)]
    [InlineData("Foo", "Foo: 1", "Foo: 2", false)]
    [InlineData("Foo", "Foo: 1", "", false)]
    [InlineData("Foo", "Foo:", "", false)]
    [InlineData("Foo", "", "", true)]
    [InlineData("Foo", "Foo: 1, 2", "Foo: 1|Foo: 2", true)]
    [InlineData("Foo", "Foo: 1,2", "Foo:  1, 2 ", true)]
    [InlineData("Foo", "Foo: a", "Foo: A", false)]
    [InlineData("Foo", "Foo: \"a,b\"", "Foo: \"a, b\"", false)]
    [InlineData("Foo, Bar", "Foo: 1|Bar: 2", "Bar: 2|Foo: 1", true)]
    [InlineData("Foo, Bar", "Foo: 1|Bar: 2", "Foo: 2|Bar: 1", false)]
    [InlineData("Foo, Bar", "Foo: 1", "Bar: 1", false)]
    [InlineData("Foo, Bar, Baz", "Foo: 1|Baz: 3", "Foo: 1|Baz: 3", true)]
    [InlineData("Accept-Language", "Accept-Language: en, de", "Accept-Language:  eN ,   De", true)]
    [InlineData("Accept-Language", "Accept-Language: en, de", "Accept-Language: de, en", false)]
    [InlineData("Accept-Encoding", "Accept-Encoding: gzip;q=1, br", "Accept-Encoding: gzip; q=1,BR", true)]
    [InlineData("Cookie", "Cookie: a=1, 2", "Cookie: a=1,2", false)]
    [InlineData("User-Agent", "User-Agent: x (a, b)", "User-Agent: x (a,b)", false)]
    public void TryCompute_TwoRequests_MatchAsTheRfcSays(string vary, string one, string other, bool matches) =>
        Assert.Equal(matches, Key(vary, one) == Key(vary, other));

    [Fact]
    public void TryCompute_ValuesOverTheLimit_AreRefused() =>
        Assert.False(VaryKey.TryCompute(VarySpec.Parse(["Foo"]), new LineSource("Foo: " + new string('x', VaryKey.MaxCharacters)), Seed, out _));

    [Fact]
    public void TryCompute_LongValue_IsToldApartToItsEnd() =>
        Assert.NotEqual(Key("Foo", "Foo: " + new string('x', 4_000) + "1"), Key("Foo", "Foo: " + new string('x', 4_000) + "2"));

    [Fact]
    public void TryCompute_DifferentSingleTokens_NeverShareAKey() => Gen.Select(Gen.String.AlphaNumeric, Gen.String.AlphaNumeric)
        .Sample((a, b) => a == b || Key("Foo", $"Foo: {a}") != Key("Foo", $"Foo: {b}"));

    private static UInt128 Key(string vary, string lines)
    {
        Assert.True(VaryKey.TryCompute(VarySpec.Parse([vary]), new LineSource(lines.Split('|')), Seed, out var key));
        return key;
    }
}
