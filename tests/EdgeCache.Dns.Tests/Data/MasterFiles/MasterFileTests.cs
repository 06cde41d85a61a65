using System.Text;
using CsCheck;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Wire;
using Xunit;

namespace EdgeCache.Dns.Tests.Data.MasterFiles;

public sealed class MasterFileTests : IDisposable
{
    private const string Head = "$TTL 1h\n@ IN SOA ns hostmaster 7 1h 15m 2w 60\n NS ns\n";
    private static readonly DomainName Apex = Names.Of("shop.test");
    private readonly string _folder = Directory.CreateTempSubdirectory("zone").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Parse_AllTheSyntaxThereIs_IsRead()
    {
        File.WriteAllText(Path.Combine(_folder, "more.db"), "inc A 192.0.2.50\n");
        ZoneSnapshot zone = Read("""
            $TTL 1h
            $ORIGIN shop.test.
            @       IN SOA ns hostmaster (
                        2024010101 ; serial
                        1h 15m 2w 60 )
                    NS  ns
            ns  300 IN A 192.0.2.1
                IN 301 AAAA 2001:db8::1
            txt     TXT "a;b (c)" d\;e
            $ORIGIN sub
            www     A 192.0.2.2 ; comment
            WWW     A 192.0.2.3
            $INCLUDE more.db other.shop.test.
                    A 192.0.2.4
            $ORIGIN shop.test.
            $GENERATE 1-3 host$ A 192.0.2.$
            $GENERATE 10-12/2 n${-10,3,d}.x CNAME host$.other\$.test.
            *.wild  CNAME www.sub
            """);
        Assert.Equal("192.0.2.1", Text(zone, "ns.shop.test", RecordType.A, out uint ttl));
        Assert.Equal(300u, ttl);
        Assert.Equal("2001:db8::1", Text(zone, "ns.shop.test", RecordType.AAAA, out ttl));
        Assert.Equal(301u, ttl);
        Assert.Equal("\"a;b (c)\" \"d;e\"", Text(zone, "txt.shop.test", RecordType.TXT, out ttl));
        Assert.Equal(3_600u, ttl);
        Assert.Equal("192.0.2.2 192.0.2.3 192.0.2.4", Text(zone, "www.sub.shop.test", RecordType.A, out _));
        Assert.Equal("192.0.2.50", Text(zone, "inc.other.shop.test", RecordType.A, out _));
        Assert.Equal("192.0.2.3", Text(zone, "host3.shop.test", RecordType.A, out _));
        Assert.Equal("host12.other\\$.test.", Text(zone, "n002.x.shop.test", RecordType.CNAME, out _));
        Assert.Equal("www.sub.shop.test.", Text(zone, "*.wild.shop.test", RecordType.CNAME, out _));
        Assert.Equal(2024010101u, zone.Serial);
        Assert.NotNull(zone.Find(Names.Of("wild.shop.test")));
        Assert.Empty(zone.Find(Names.Of("wild.shop.test"))!.Sets);
        Assert.Equal(60u, zone.NegativeSoa.Ttl);
    }

    [Fact]
    public void Parse_ManyErrors_ReportsEachWithItsPlace()
    {
        string text = Head
            + "a A 192.0.2.256\n" // 4
            + "b A 192.0.2.1\nb CNAME c\n" // 6
            + "c MX 10\n" // 7
            + "www.other. A 192.0.2.1\n" // 8
            + "d TXT \"open\n" // 9
            + "e BOGUS x\n" // 10
            + "f A ( 192.0.2.1\n\n" // 11, swallows the rest
            + "g A 192.0.2.1\n";
        Assert.Null(MasterFile.Parse("z.db", Encoding.UTF8.GetBytes(text), Apex, new IncludeFolder(_folder), out IReadOnlyList<MasterFileError> errors));
        Assert.Equal(
            ["4:5", "6:3", "7:8", "8:12", "9:7", "10:3", "11:5"],
            errors.Select(static e => $"{e.Line}:{e.Column}"));
        Assert.Equal("z.db:4:5: '192.0.2.256' is not an IPv4 address such as 192.0.2.1", errors[0].ToString());
    }

    /// <summary>As named-compilezone of BIND 9.18 makes them.</summary>
    [Theory]
    [InlineData("q${300,3,N}z", "q1.3.1z")]
    [InlineData("p${300,0,n}z", "p1.3.1z")]
    [InlineData("s${300,12,n}z", "s1.3.1.0.0.0.z")]
    [InlineData("w${300,6,n}z", "w1.3.1.z")]
    [InlineData("t${10,1,N}", "tF")]
    [InlineData("x${10,4,X}", "x000F")]
    [InlineData("v${0}", "v5")]
    public void Generate_FormatsNumbers(string owner, string expected)
    {
        ZoneSnapshot zone = Read($"{Head}$GENERATE 5-5 {owner} A 192.0.2.1\n");
        Assert.Equal("192.0.2.1", Text(zone, expected + ".shop.test", RecordType.A, out _));
    }

    [Theory]
    [InlineData(" A 192.0.2.1\n", "no owner")]
    [InlineData("@ IN SOA ns h 1 2 3 4 5\nx SOA ns h 1 2 3 4 5\n", "apex of the zone only")]
    [InlineData("$INCLUDE ../secret\n", "outside the folder")]
    [InlineData("$INCLUDE /etc/hostname\n", "outside the folder")]
    [InlineData("$INCLUDE link\n", "outside the folder")]
    [InlineData("$INCLUDE missing.db\n", "does not exist")]
    [InlineData("$INCLUDE self.db\n", "nested more than")]
    [InlineData("$TTL x\n", "not a time")]
    [InlineData("$BOGUS x\n", "no directive")]
    [InlineData("$GENERATE 1-100000 a$ A 192.0.2.1\n", "at most")]
    [InlineData("$GENERATE 5-1 a$ A 192.0.2.1\n", "range")]
    [InlineData("$GENERATE 1-300 a$ 60 A 192.0.2.$\n", "at 256:")]
    [InlineData("x 1h IN A 192.0.2.1 extra\n", "ends before")]
    [InlineData("x CH A 192.0.2.1\n", "neither a type")]
    [InlineData("x OPT \\# 0\n", "no type of zone data")]
    [InlineData("x 60 DNAME a.\nx DNAME b.\n", "one DNAME")]
    public void Parse_Wrong_SaysWhy(string text, string reason)
    {
        File.WriteAllText(Path.Combine(_folder, "self.db"), "$INCLUDE self.db\n");
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "/etc/hostname");
        Assert.Null(MasterFile.Parse("z.db", Encoding.UTF8.GetBytes(text), Apex, new IncludeFolder(_folder), out IReadOnlyList<MasterFileError> errors));
        Assert.Contains(errors, e => e.Reason.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_WithoutSoa_IsRefused()
    {
        Assert.Null(MasterFile.Parse("z.db", "@ 60 NS ns\n"u8, Apex, new IncludeFolder(_folder), out IReadOnlyList<MasterFileError> errors));
        Assert.Contains("no SOA", Assert.Single(errors).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_MutatedText_IsReadOrRefused_NeverThrows() =>
        Gen.Select(Gen.Int[0, 400].Array[1, 5], Gen.Char["\"()\\$;@ \n\t.0aZ{}"].Array[5]).Sample((places, chars) =>
        {
            char[] text = (Head + "a 1h IN MX 10 (b\n c.) ; x\n$GENERATE 1-3 h$ A 192.0.2.$\nt TXT \"a b\" c\\;d\nh HTTPS 1 . alpn=\"h2,h3\" port=53\n").ToCharArray();
            for (int i = 0; i < places.Length; i++)
            {
                text[places[i] % text.Length] = chars[i];
            }

            ZoneSnapshot? zone = MasterFile.Parse("z.db", Encoding.UTF8.GetBytes(text), Apex, new IncludeFolder(_folder), out IReadOnlyList<MasterFileError> errors);
            Assert.Equal(zone is null, errors.Count > 0);
        });

    [Fact]
    public void Load_HundredThousandRecords_HasThemAll()
    {
        var text = new StringBuilder(Head);
        for (int i = 0; i < 100_000; i++)
        {
            text.Append("host").Append(i).Append(" 300 IN A 10.").Append(i >> 16).Append('.').Append((i >> 8) & 255).Append('.').Append(i & 255).Append('\n');
        }

        string path = Path.Combine(_folder, "big.db");
        File.WriteAllText(path, text.ToString());
        ZoneSnapshot? zone = MasterFile.Load(path, Apex, out _);
        Assert.Equal(100_001, zone?.Names.Count);
        Assert.Equal("10.1.134.159", Text(zone!, "host99999.shop.test", RecordType.A, out _));
    }

    private ZoneSnapshot Read(string text)
    {
        ZoneSnapshot? zone = MasterFile.Parse("z.db", Encoding.UTF8.GetBytes(text), Apex, new IncludeFolder(_folder), out IReadOnlyList<MasterFileError> errors);
        Assert.Empty(errors);
        return zone!;
    }

    private static string Text(ZoneSnapshot zone, string name, RecordType type, out uint ttl)
    {
        RecordSet? set = zone.Find(Names.Of(name))?.Find(type);
        Assert.NotNull(set);
        ttl = set.Ttl;
        var texts = new List<string>();
        foreach (ReadOnlySpan<byte> data in set)
        {
            texts.Add(Rdata.Format(type, data));
        }

        return string.Join(' ', texts);
    }
}
