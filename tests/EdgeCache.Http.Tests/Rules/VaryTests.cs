using CsCheck;
using EdgeCache.Http.Rules;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class VaryTests
{
    private static readonly FieldNames Names = new();

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
    public void Matches_TwoRequests_AgreeAsTheRfcSays(string vary, string one, string other, bool matches)
    {
        Assert.Equal(matches, VaryKey.Matches(Key(vary, one), new LineSource(other.Split('|')), Names));
        Assert.Equal(matches, VaryKey.Matches(Key(vary, other), new LineSource(one.Split('|')), Names));
    }

    [Fact]
    public void Matches_ResponseThatDoesNotVary_MatchesAll() => Assert.True(VaryKey.Matches([], new LineSource("Foo: 1"), Names));

    [Fact]
    public void TryWrite_ValuesOverTheLimit_AreRefused() => Assert.False(
        VaryKey.TryWrite(VarySpec.Parse(["Foo"]), new LineSource("Foo: " + new string('x', VaryKey.MaxBytes)), new byte[2 * VaryKey.MaxBytes], out _));

    [Fact]
    public void Matches_LongValue_IsToldApartToItsEnd()
    {
        var key = Key("Foo", "Foo: " + new string('x', 4_000) + "1");

        Assert.True(VaryKey.Matches(key, new LineSource("Foo: " + new string('x', 4_000) + "1"), Names));
        Assert.False(VaryKey.Matches(key, new LineSource("Foo: " + new string('x', 4_000) + "2"), Names));
    }

    [Fact]
    public void Matches_DifferentSingleTokens_Never() => Gen.Select(Gen.String.AlphaNumeric, Gen.String.AlphaNumeric)
        .Sample((a, b) => a == b || !VaryKey.Matches(Key("Foo", $"Foo: {a}"), new LineSource($"Foo: {b}"), Names));

    [Fact]
    public void Matches_ShortValues_DoNotAllocate()
    {
        var key = Key("Foo", "Foo: 1, 2");
        var request = new FixedSource("1,2");
        Assert.True(VaryKey.Matches(key, request, Names));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            VaryKey.Matches(key, request, Names);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static byte[] Key(string vary, string lines)
    {
        var buffer = new byte[VaryKey.MaxBytes];
        Assert.True(VaryKey.TryWrite(VarySpec.Parse([vary]), new LineSource(lines.Split('|')), buffer, out var written));
        return buffer[..written];
    }

    private readonly struct FixedSource(string value) : IFieldSource
    {
        public StringValues Field(string name) => value;
    }
}
