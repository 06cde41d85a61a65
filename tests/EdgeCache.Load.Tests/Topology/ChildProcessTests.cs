using EdgeCache.Load.Topology;
using Xunit;

namespace EdgeCache.Load.Tests.Topology;

public sealed class ChildProcessTests
{
    private const string EndsAtOnce = "echo 127.0.0.1:1 cannot be had: another process has it >&2; exit 1";

    [Fact]
    public async Task Start_EndsBeforeItIsReady_MessageHasItsLastWords()
    {
        await using var child = Shell(EndsAtOnce, ready: false);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => child.StartAsync(TestContext.Current.CancellationToken));
        Assert.True(EdgeCacheEnvironment.IsTakenPort(fault.Message), fault.Message);
    }

    [Fact]
    public async Task ThrowIfEnded_AnotherAnswersAtItsPort_SaysThatItEndedAndWhy()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var child = Shell("sleep 0.2; " + EndsAtOnce, ready: true);
        await child.StartAsync(cancellation);
        InvalidOperationException? fault = null;
        while (fault is null)
        {
            fault = await Record.ExceptionAsync(() => child.ThrowIfEndedAsync(cancellation)) as InvalidOperationException;
            await Task.Delay(10, cancellation);
        }

        Assert.True(EdgeCacheEnvironment.IsTakenPort(fault.Message), fault.Message);
    }

    private static ChildProcess Shell(string script, bool ready)
    {
        Assert.SkipUnless(ProgramPath.Has("sh"), "there is no POSIX shell");
        return new ChildProcess("child", "sh", ["-c", script], Path.GetTempPath(), _ => Task.FromResult(ready));
    }
}
