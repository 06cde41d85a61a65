using Xunit;

namespace EdgeCache.System.Tests.CommandLine;

public sealed class ZoneBackupTests : IDisposable
{
    private const string Admin = "http://127.0.0.1:20840";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-backup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Backup_OntoAFullDisk_SaysSoAndLeavesNothing()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        await using var origin = await ServedProgram.StartAsync(_folder, "ready", "origin", "--data", "data", "--admin", Admin);
        var part = Path.Combine(_folder, "copy.db.part");
        File.CreateSymbolicLink(part, "/dev/full");
        var (exit, _, error) = await ServedProgram.RunAsync(_folder, "zone", "backup", "copy.db", "--admin", Admin);
        Assert.Equal(1, exit);
        Assert.StartsWith("edgecache: No space left on device", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_folder), f => f.Contains("copy.db", StringComparison.Ordinal));

        var again = await ServedProgram.RunAsync(_folder, "zone", "backup", "copy.db", "--admin", Admin);
        Assert.Equal(0, again.Exit);
        Assert.Equal("SQLite format 3"u8, File.ReadAllBytes(Path.Combine(_folder, "copy.db")).AsSpan(0, 15));
    }
}
