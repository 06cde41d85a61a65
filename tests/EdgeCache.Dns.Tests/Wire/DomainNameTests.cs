using CsCheck;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Wire;

public sealed class DomainNameTests
{
    [Theory]
    [InlineData("www.Example.COM", "www.Example.COM.")]
    [InlineData("example.com.", "example.com.")]
    [InlineData(".", ".")]
    [InlineData(@"a\.b.c", @"a\.b.c.")]
    [InlineData(@"\065\255.x", @"A\255.x.")]
    [InlineData(@"\000.x", @"\000.x.")]
    [InlineData("*.x", "*.x.")]
    [InlineData("_sip._udp.x", "_sip._udp.x.")]
    public void Parse_LegalText_FormatsBack(string text, string expected)
    {
        Assert.True(DomainName.TryParse(text, out DomainName name));
        Assert.Equal(expected, name.ToString());
    }

    [Theory]
    [InlineData("", nameof(NameFault.Empty))]
    [InlineData("a..b", nameof(NameFault.EmptyLabel))]
    [InlineData(".a", nameof(NameFault.EmptyLabel))]
    [InlineData("..", nameof(NameFault.EmptyLabel))]
    [InlineData(@"a\256.b", nameof(NameFault.BadEscape))]
    [InlineData(@"a\2", nameof(NameFault.BadEscape))]
    [InlineData(@"a\", nameof(NameFault.BadEscape))]
    public void Parse_IllegalText_SaysWhy(string text, string fault) =>
        Assert.Equal(fault, DomainName.Parse(text, DomainName.Root, out _).ToString());

    [Fact]
    public void Parse_LengthLimits_AreThoseOfTheStandard()
    {
        string label = new('a', 63);
        Assert.Equal(NameFault.None, DomainName.Parse(label + ".", DomainName.Root, out _));
        Assert.Equal(NameFault.LabelTooLong, DomainName.Parse(label + "a.", DomainName.Root, out _));
        string longest = $"{label}.{label}.{label}.{new string('b', 61)}.";
        Assert.Equal(NameFault.None, DomainName.Parse(longest, DomainName.Root, out DomainName name));
        Assert.Equal(255, name.Wire.Length);
        Assert.Equal(NameFault.NameTooLong, DomainName.Parse($"{label}.{label}.{label}.{new string('b', 62)}.", DomainName.Root, out _));
        Assert.Equal(127, DomainName.TryParse(string.Concat(Enumerable.Repeat("a.", 127)), out DomainName most) ? most.Labels : 0);
        Assert.False(DomainName.TryParse(string.Concat(Enumerable.Repeat("a.", 128)), out _));
    }

    [Fact]
    public void Parse_RelativeName_TakesTheOrigin()
    {
        Assert.True(DomainName.TryParse("shop.test", out DomainName origin));
        Assert.Equal(NameFault.None, DomainName.Parse("www", origin, out DomainName name));
        Assert.Equal("www.shop.test.", name.ToString());
        Assert.Equal(NameFault.None, DomainName.Parse("@", origin, out name));
        Assert.Equal("shop.test.", name.ToString());
    }

    [Fact]
    public void Equality_IgnoresAsciiCaseOnly()
    {
        DomainName upper = Names.Of("WWW.EXAMPLE-long-label.COM");
        DomainName lower = Names.Of("www.example-LONG-label.com");
        Assert.Equal(upper, lower);
        Assert.Equal(upper.GetHashCode(), lower.GetHashCode());
        DomainName a = Names.Of(@"@[\`{.x");
        DomainName b = Names.Of(@"\`{@[.x");
        Assert.NotEqual(a, b);
    }

    [Fact]
    public void Compare_Rfc4034Example_IsInCanonicalOrder()
    {
        string[] sorted = ["example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example", @"\001.z.example", "*.z.example", @"\200.z.example"];
        DomainName[] names = [.. sorted.Select(Names.Of)];
        for (int i = 1; i < names.Length; i++)
        {
            Assert.True(names[i - 1] < names[i], $"{names[i - 1]} before {names[i]}");
        }
    }

    [Fact]
    public void IsWithin_RespectsLabelBorders()
    {
        DomainName zone = Names.Of("shop.test");
        DomainName inside = Names.Of("www.SHOP.test");
        DomainName beside = Names.Of("workshop.test");
        Assert.True(inside.IsWithin(zone));
        Assert.True(zone.IsWithin(zone));
        Assert.True(zone.IsWithin(DomainName.Root));
        Assert.False(beside.IsWithin(zone));
        Assert.False(DomainName.Root.IsWithin(zone));
    }

    [Fact]
    public void AnyOctets_InALabel_SurviveTextAndBack() =>
        WireGen.Name.Sample(static wire =>
        {
            DomainName name = DomainName.FromWire(wire);
            Assert.True(DomainName.TryParse(name.ToString(), out DomainName back));
            Assert.True(back.Wire.SequenceEqual(wire));
        });

    [Fact]
    public void SuffixHash_OfAChild_ContinuesThatOfItsParent() =>
        WireGen.Name.Where(static n => n.Length > 1).Sample(static wire =>
        {
            ulong parent = NameBytes.SuffixHash(NameBytes.Parent(wire));
            ulong whole = NameBytes.PrependLabel(parent, wire.AsSpan(0, wire[0] + 1));
            byte[] lower = new byte[wire.Length];
            NameBytes.ToLower(wire, lower);
            Assert.Equal(whole, NameBytes.SuffixHash(wire));
            Assert.Equal(whole, NameBytes.SuffixHash(lower));
            Assert.True(NameBytes.Equal(wire, lower));
            Assert.Equal(NameBytes.Hash(wire), NameBytes.Hash(lower));
        });
}
