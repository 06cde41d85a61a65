using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Zones.Records;
using Xunit;

namespace EdgeCache.Dns.Tests.Data.MasterFiles;

public sealed class ZoneFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("zone").FullName, "shop.db");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Fact]
    public void Read_GivesRecordsOfThePlane()
    {
        File.WriteAllText(_path, "$TTL 30\n@ SOA ns h 77 2 3 4 5\n@ NS ns\nWWW A 192.0.2.1\n    A 192.0.2.2\n*.w 60 TXT \"a b\"\n");
        ZoneFile file = ZoneFile.Read(_path, ZoneName.Parse("shop.test"));
        Assert.Empty(file.Errors);
        Assert.Equal(77u, file.SoaSerial);
        Assert.Equal(
            [
                new ZoneFileRecord(new RecordKey("@", "SOA"), 30, "ns.shop.test. h.shop.test. 77 2 3 4 5"),
                new ZoneFileRecord(new RecordKey("@", "NS"), 30, "ns.shop.test."),
                new ZoneFileRecord(new RecordKey("*.w", "TXT"), 60, "\"a b\""),
                new ZoneFileRecord(new RecordKey("www", "A"), 30, "192.0.2.1\n192.0.2.2"),
            ],
            file.ToRecords().OrderBy(static r => r.Key.Name == "@" ? 0 : 1).ThenBy(static r => r.Key.Type == "SOA" ? 0 : 1).ThenBy(static r => r.Key.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void Read_NamesOfAnyOctets_AreRecordsUnderOneForm()
    {
        File.WriteAllText(_path, "$TTL 30\n@ SOA ns h 77 2 3 4 5\n@ NS ns\nMy\\032Printer._ipp A 192.0.2.1\na\\.b TXT x\n\\200 TXT x\n0/26 NS ns\nx* TXT x\n\\@ TXT x\n  a\\.b TXT x\n");
        ZoneFile broken = ZoneFile.Read(_path, ZoneName.Parse("shop.test"));
        Assert.Equal("10:3 'a\\.b' is neither a type nor a TTL nor the class IN", Assert.Single(broken.Errors.Select(static e => $"{e.Line}:{e.Column} {e.Reason}")));
        File.WriteAllLines(_path, File.ReadLines(_path).SkipLast(1).ToArray());
        Assert.Equal(
            [@"0\04726", "@", "@", @"\064", @"\200", @"a\046b", @"my\032printer._ipp", @"x\042"],
            ZoneFile.Read(_path, ZoneName.Parse("shop.test")).ToRecords().Select(static r => r.Key.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_MissingFile_IsAnErrorOfTheList() =>
        Assert.Contains("does not exist", Assert.Single(ZoneFile.Read(_path, ZoneName.Parse("shop.test")).Errors).Reason, StringComparison.Ordinal);
}
