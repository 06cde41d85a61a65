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
    public void Read_NamesThatNoRecordCanHave_AreAllToldWithTheirPlace()
    {
        File.WriteAllText(_path, "$TTL 30\n@ SOA ns h 77 2 3 4 5\n@ NS ns\nmy\\032printer A 192.0.2.1\nwww A 192.0.2.1\n  a\\.b TXT x\na\\.b TXT x\nx* TXT x\n");
        Assert.Equal(
            ["4:15 the owner my\\032printer.shop.test.", "6:3 'a\\.b' is neither", "7:6 the owner a\\.b.shop.test.", "8:4 the owner x*.shop.test."],
            ZoneFile.Read(_path, ZoneName.Parse("shop.test")).Errors.Select(static e => $"{e.Line}:{e.Column} {e.Reason}").Select(static e => string.Join(' ', e.Split(' ').Take(4))));
    }

    [Fact]
    public void Read_MissingFile_IsAnErrorOfTheList() =>
        Assert.Contains("does not exist", Assert.Single(ZoneFile.Read(_path, ZoneName.Parse("shop.test")).Errors).Reason, StringComparison.Ordinal);
}
