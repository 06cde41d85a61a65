using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeCache.System.Tests.Resolvers;

/// <summary>The walk of EdgeCache.Dns/README.md, line by line as it stands there: a delegation moves while two resolvers hold the old servers.</summary>
[Collection("default ports")]
public sealed class MovedDelegationTests : IAsyncLifetime
{
    private const string Moved = "198.51.100.9";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-moved-").FullName;
    private readonly string[] _readme = File.ReadAllLines(Path.Combine(Repository.Root, "src", "EdgeCache.Dns", "README.md"));
    private ServedProgram? _all;
    private ServedProgram? _other;

    public async ValueTask InitializeAsync() => _all = await ServedProgram.StartAsync(_folder, "Try:");

    public async ValueTask DisposeAsync()
    {
        if (_other is not null)
        {
            await _other.DisposeAsync();
        }

        await _all!.DisposeAsync(); // Set before any test runs.
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Walk_LineByLine_PushFollowsAtOnceAndTtlHoldsTheOldServers()
    {
        Assert.SkipUnless(Repository.OnPath("dig") && Repository.OnPath("curl"), "dig or curl is not on PATH");
        var start = Array.FindIndex(_readme, static l => l.StartsWith("### A walk", StringComparison.Ordinal));
        var block = Array.FindIndex(_readme, start, static l => l == "```text");
        var lines = _readme[(block + 1)..Array.FindIndex(_readme, block, static l => l == "```")].Select(static l => Regex.Replace(l, @"\s{3,}\S.*$", "")).ToArray();

        // The zone stands in the sentence before, record by record.
        var zone = Regex.Matches(string.Join(' ', _readme[start..block]), "`((?:@|ns|www) [^`]*)`").Select(static m => m.Groups[1].Value).ToArray();
        Assert.Equal(4, zone.Length);
        await File.WriteAllLinesAsync(Path.Combine(_folder, "moved.zone"), zone, TestContext.Current.CancellationToken);
        Assert.Equal(8, lines.Length);
        await ShellAsync(lines[0]);

        var old = await AnsweredAsync(lines[1]);
        Assert.Equal("192.0.2.77", old);
        Assert.Equal(old, await AnsweredAsync(lines[2]));
        Assert.StartsWith("edgecache origin ", lines[3], StringComparison.Ordinal);
        _other = await ServedProgram.StartAsync(_folder, "ready", lines[3].Split(' ')[1..]);
        await ShellAsync(lines[4]);
        await Eventually.HoldsAsync(async () => await ShellAsync(lines[5]) == Moved);
        Assert.Equal(old, await ShellAsync(lines[6]));
        Assert.StartsWith("edgecache resolve ", lines[7], StringComparison.Ordinal);
        var (_, trace, _) = await ServedProgram.RunAsync(_folder, lines[7].Split(' ')[1..]);
        Assert.Contains("127.0.0.14", trace, StringComparison.Ordinal);
        Assert.Contains(Moved, trace, StringComparison.Ordinal);
    }

    private async Task<string> AnsweredAsync(string line)
    {
        var answer = "";
        await Eventually.HoldsAsync(async () => (answer = await ShellAsync(line)).Length > 0);
        return answer;
    }

    private async Task<string> ShellAsync(string line)
    {
        var info = new ProcessStartInfo("sh", ["-c", line]) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await error;
        return output.Trim();
    }
}
