using System.Diagnostics;
using System.Globalization;
using EdgeCache.Load.Topology;
using Xunit;

namespace EdgeCache.Load.Tests.Topology;

/// <summary>A gate that is killed in the middle of its run: what it started must not stay.</summary>
public sealed class OrphanGuardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Verify_ThatIsKilled_LeavesNoProcessBehind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it looks into /proc");
        using var verify = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "edgecache.dll"), "verify", "--scenario", "ttl-only", "--seconds", "120"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var children = new Dictionary<int, string>();
        await UntilAsync(() => (children = ChildrenOf(verify.Id)).Values.Any(c => c.Contains(" edge --listen ", StringComparison.Ordinal)));
        var folder = children.Keys.Select(FolderOf).First(f => f?.Contains("edgecache-load-", StringComparison.Ordinal) == true)!;
        verify.Kill();
        await verify.WaitForExitAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => !children.Keys.Any(IsRunning));

        // Nor one that it was just about to start: all of them work in its folder.
        await UntilAsync(() => !Numbers().Any(n => FolderOf(n) == folder));
    }

    [Fact]
    public async Task Process_ThatEndedByItself_LeavesNoGuard()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it looks into /proc");
        var child = new ChildProcess("sleeper", "sleep", ["60"], Path.GetTempPath(), _ => Task.FromResult(true));
        await child.StartAsync(TestContext.Current.CancellationToken);
        var guard = child.GuardId;
        Assert.True(IsRunning(guard));
        await child.DisposeAsync();
        Assert.False(IsRunning(guard));
    }

    /// <summary>A process that ended may keep its number until its parent has asked for it (state Z).</summary>
    private static bool IsRunning(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[text.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static IEnumerable<int> Numbers() => Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(d[^1])).Select(d => int.Parse(Path.GetFileName(d), CultureInfo.InvariantCulture));

    private static string? FolderOf(int process)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{process}/cwd", returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // It ended meanwhile.
        }
    }

    /// <summary>The processes that <paramref name="parent"/> started, with their command lines.</summary>
    private static Dictionary<int, string> ChildrenOf(int parent)
    {
        var children = new Dictionary<int, string>();
        foreach (var number in Numbers())
        {
            try
            {
                // The name in brackets may hold spaces; the parent is the second field behind it (proc(5)).
                var text = File.ReadAllText($"/proc/{number}/stat");
                if (int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture) == parent)
                {
                    children[number] = File.ReadAllText($"/proc/{number}/cmdline").Replace('\0', ' ').Trim();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }

        return children;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        var start = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "it did not come about within a minute");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
