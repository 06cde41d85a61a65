using EdgeCache.Hosting;
using EdgeCache.LogFiles;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.System.Tests.LogFiles;

/// <summary>A log file is moved, cut and refused as administrators and disks do it.</summary>
public sealed class LineFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-lines-").FullName;

    private string Log => Path.Combine(_folder, "access.log");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task File_MovedAwayAndOpenedAnew_TakesTheNextLines()
    {
        await File.WriteAllTextAsync(Log, "before\n", TestContext.Current.CancellationToken);
        await using var file = new LineFile(Log, TimeProvider.System, NullLogger.Instance);
        file.Add("one\n"u8);
        await HoldsAsync(Log, "before\none\n");
        File.Move(Log, Log + ".1");
        file.Reopen();
        await Eventually.HoldsAsync(() => Task.FromResult(File.Exists(Log)));
        file.Add("two\n"u8);
        await HoldsAsync(Log, "two\n");
        Assert.Equal("before\none\n", await File.ReadAllTextAsync(Log + ".1", TestContext.Current.CancellationToken));
        Assert.Equal((2, 0), (file.Written, file.Dropped));
    }

    [Fact]
    public async Task File_CutInPlace_GoesOnFromItsStart()
    {
        await using var file = new LineFile(Log, TimeProvider.System, NullLogger.Instance);
        file.Add("a long line that goes\n"u8);
        await HoldsAsync(Log, "a long line that goes\n");
        await File.WriteAllTextAsync(Log, "", TestContext.Current.CancellationToken);
        file.Add("short\n"u8);
        await HoldsAsync(Log, "short\n");
    }

    [Fact]
    public async Task Lines_ThatWait_AreWrittenAtTheEnd()
    {
        await using (var file = new LineFile(Log, TimeProvider.System, NullLogger.Instance))
        {
            for (var i = 0; i < 1_000; i++)
            {
                Assert.True(file.Add("line\n"u8));
            }
        }

        Assert.Equal(1_000, (await File.ReadAllLinesAsync(Log, TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task Lines_OfAFullDisk_AreCountedAndNobodyWaits()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        await using var file = new LineFile("/dev/full", TimeProvider.System, NullLogger.Instance);
        Assert.True(file.Add("lost\n"u8));
        await Eventually.HoldsAsync(() => Task.FromResult(file.Dropped == 1));
        Assert.Equal(0, file.Written);
    }

    [Fact]
    public void File_InAFolderThatIsNotThere_IsSaidAtTheStart()
    {
        var path = Path.Combine(_folder, "none", "access.log");
        var fault = Assert.Throws<StartUpException>(() => new LineFile(path, TimeProvider.System, NullLogger.Instance));
        Assert.Contains($"the log file {path} cannot be written", fault.Message, StringComparison.Ordinal);
    }

    private static Task HoldsAsync(string path, string text) => Eventually.HoldsAsync(async () => await File.ReadAllTextAsync(path) == text);
}
