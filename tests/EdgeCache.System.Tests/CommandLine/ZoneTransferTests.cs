using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeCache.System.Tests.CommandLine;

/// <summary>Zones out to files and in again, by the command line against a real origin.</summary>
public sealed class ZoneTransferTests : IAsyncLifetime
{
    private const string Admin = "http://127.0.0.1:21050";
    private const string Master = "$ORIGIN shop.test.\n@ 3600 IN SOA ns hostmaster 7 3600 600 604800 60\n@ 3600 IN NS ns\nns 3600 IN A 192.0.2.53\nwww 30 IN A 192.0.2.1\nwww 30 IN A 192.0.2.2\n@ 60 IN MX 10 www\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-transfer-").FullName;
    private ServedProgram? _origin;

    public async ValueTask InitializeAsync()
    {
        _origin = await ServedProgram.StartAsync(_folder, "(admin) ready", "origin", "--admin", Admin);
        await File.WriteAllTextAsync(Path.Combine(_folder, "shop.zone"), Master);
    }

    public async ValueTask DisposeAsync()
    {
        await _origin!.DisposeAsync(); // Started before any test.
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Zone_ImportedExportedAndImportedElsewhere_IsTheSame()
    {
        var dry = await RunAsync("zone", "import", "shop.test", "shop.zone", "--dry-run", "--create");
        Assert.Equal((0, "would be: 5 published, 0 deleted, 0 unchanged"), (dry.Exit, dry.Error.Trim()));
        dry = await RunAsync("zone", "import", "shop.test", "shop.zone", "--dry-run");
        Assert.Equal(1, dry.Exit); // There is no zone yet, and a dry run makes none.
        var import = await RunAsync("zone", "import", "shop.test", "shop.zone", "--create");
        Assert.Equal((0, "5 published, 0 deleted, 0 unchanged"), (import.Exit, import.Error.Trim()));
        Assert.Matches("^shop.test:[0-9a-f]{16}:1$", import.Output.Trim());
        await RunAsync("record", "put", "shop.test", "banner", "DOC", "hello");

        var export = await RunAsync("zone", "export", "shop.test");
        Assert.Equal(0, export.Exit);
        Assert.Contains("www 30 IN A 192.0.2.1\nwww 30 IN A 192.0.2.2\n", export.Output, StringComparison.Ordinal);
        Assert.Contains("1 records have no place in a master file", export.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_folder, "again.zone"), export.Output, TestContext.Current.CancellationToken);
        var again = await RunAsync("zone", "import", "shop.test", "again.zone");
        Assert.Equal((0, "0 published, 0 deleted, 5 unchanged"), (again.Exit, again.Error.Trim()));

        var json = await RunAsync("zone", "export", "shop.test", "--json");
        await File.WriteAllTextAsync(Path.Combine(_folder, "all.json"), json.Output, TestContext.Current.CancellationToken);
        var other = await RunAsync("zone", "import", "other.test", "all.json", "--create", "--json");
        Assert.Contains("\"published\": 6", other.Output, StringComparison.Ordinal);
        Assert.Equal("hello", (await RunAsync("record", "get", "other.test", "banner", "DOC")).Output.Trim());
    }

    [Fact]
    public async Task Import_OfANewZone_BeginsWithTheSerialOfTheFile()
    {
        await RunAsync("zone", "import", "shop.test", "shop.zone", "--create");
        await RunAsync("record", "put", "shop.test", "www", "A", "192.0.2.3");
        using var client = new HttpClient();
        var entries = await client.GetStringAsync(new Uri($"{Admin}/zones/shop.test/changes"), TestContext.Current.CancellationToken);
        Assert.Equal(["7", "8"], Regex.Matches(entries, "\"soaSerial\":([0-9]+)").Select(m => m.Groups[1].Value).Order());
    }

    [Fact]
    public async Task Import_OfWhatTheFileNoLongerNames_DeletesItUnlessKept()
    {
        await RunAsync("zone", "import", "shop.test", "shop.zone", "--create");
        await File.WriteAllTextAsync(Path.Combine(_folder, "less.zone"), Master.Replace("@ 60 IN MX 10 www\n", "", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Contains("0 published, 0 deleted", (await RunAsync("zone", "import", "shop.test", "less.zone", "--keep")).Error, StringComparison.Ordinal);
        var dry = await RunAsync("zone", "import", "shop.test", "less.zone", "--dry-run");
        Assert.Equal("- @ MX", dry.Output.Trim());
        Assert.Contains("0 published, 1 deleted", (await RunAsync("zone", "import", "shop.test", "less.zone")).Error, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("record", "get", "shop.test", "@", "MX")).Exit);
    }

    [Fact]
    public async Task Zone_WithoutASoaOfItsOwn_ComesBackUnchangedAndStillHasNone()
    {
        await RunAsync("zone", "put", "shop.test");
        await RunAsync("record", "put", "shop.test", "@", "NS", "ns.shop.test.");
        await RunAsync("record", "put", "shop.test", "www", "A", "192.0.2.1");
        var export = await RunAsync("zone", "export", "shop.test");
        Assert.Contains(" IN SOA ns.shop.test. hostmaster.shop.test. ", export.Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_folder, "made.zone"), export.Output, TestContext.Current.CancellationToken);
        Assert.Equal("0 published, 0 deleted, 2 unchanged", (await RunAsync("zone", "import", "shop.test", "made.zone")).Error.Trim());

        // A SOA that says something else is one to keep.
        await File.WriteAllTextAsync(Path.Combine(_folder, "own.zone"), export.Output.Replace("hostmaster", "dns", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Equal("1 published, 0 deleted, 2 unchanged", (await RunAsync("zone", "import", "shop.test", "own.zone")).Error.Trim());
    }

    [Theory]
    [InlineData("@ 60 IN SOA a. b. 1 2 3 4 5\n@ 60 IN NS a.\nwww 60 IN A 1.2.3\n", "bad.zone:3:")]
    [InlineData("{\"records\":[{\"name\":", "bad.zone:1:")]
    [InlineData("\u00ff", "byte 0 is not UTF-8")]
    public async Task Import_OfABadFile_SaysWhereAndChangesNothing(string text, string fault)
    {
        await RunAsync("zone", "put", "shop.test");
        await File.WriteAllBytesAsync(Path.Combine(_folder, "bad.zone"), Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);
        var import = await RunAsync("zone", "import", "shop.test", "bad.zone");
        Assert.Equal(2, import.Exit);
        Assert.Contains(fault, import.Error, StringComparison.Ordinal);
        Assert.Contains("\"records\": []", (await RunAsync("record", "list", "shop.test", "--json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_OfEveryKind_HaveTheirExitCodeAndSayWhatToDo()
    {
        Assert.Equal(2, (await RunAsync("zone", "import", "shop.test", "nowhere.zone")).Exit);
        Assert.Equal(2, (await RunAsync("record", "put", "default", "www", "A", "--file", "nowhere")).Exit);
        Assert.Equal(2, (await RunAsync("record", "put", "default", "www", "A", "1.2.3")).Exit);
        var twice = await RunAsync("record", "put", "default", "www", "A", "192.0.2.1", "--if-absent");
        Assert.Equal(0, twice.Exit);
        twice = await RunAsync("record", "put", "default", "www", "A", "192.0.2.1", "--if-absent");
        Assert.Equal(1, twice.Exit);
        Assert.Contains("read it again", twice.Error, StringComparison.Ordinal);
        var down = await ServedProgram.RunAsync(_folder, "node", "list", "--admin", "http://127.0.0.1:9");
        Assert.Equal(1, down.Exit);
        Assert.Contains("Is it running?", down.Error, StringComparison.Ordinal);
        var usage = await ServedProgram.RunAsync(_folder, "purge");
        Assert.Equal(2, usage.Exit);
        Assert.Contains("Try: edgecache purge --help", usage.Error, StringComparison.Ordinal);
    }

    private Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments) => ServedProgram.RunAsync(_folder, [.. arguments, "--admin", Admin]);
}
