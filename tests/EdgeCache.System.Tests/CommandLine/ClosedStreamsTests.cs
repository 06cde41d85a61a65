using System.Diagnostics;
using Xunit;

namespace EdgeCache.System.Tests.CommandLine;

/// <summary>A shell that closed the program's output, or whose pipe nobody reads any more.</summary>
public sealed class ClosedStreamsTests
{
    [Theory]
    [InlineData("--help >&-", 0, "")]
    [InlineData("--help 2>&-", 0, "Usage:")]
    [InlineData("--help | true", 0, "")]
    [InlineData("purge >&-", 2, "nothing is selected")]
    [InlineData("purge --json 2>&-", 2, "nothing is selected")]
    [InlineData("purge >&- 2>&-", 2, "")]
    [InlineData("zone import shop.test - <&-", 2, "standard input is closed")]
    [InlineData("zone import shop.test - <&- >&- 2>&-", 2, "")]
    [InlineData("zone import shop.test - </dev/null", 2, "standard input:1:1: the zone has no SOA")]
    [InlineData("health --admin http://127.0.0.1:9 >&-", 1, "does not answer")]
    public async Task Verb_WithAClosedStream_EndsByProtocolWithoutATrace(string line, int exit, string says)
    {
        var script = $"dotnet '{ServedProgram.Executable}' {line}";
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var both = await output + await error;
        Assert.Equal(exit, shell.ExitCode);
        Assert.Contains(says, both, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", both, StringComparison.Ordinal);
    }
}
