using EdgeCache.Load.Reports;
using EdgeCache.Load.Running;
using EdgeCache.Load.Tests.Reports;
using Xunit;

namespace EdgeCache.Load.Tests.Running;

public sealed class UndisturbedRunTests
{
    [Theory]
    [InlineData(true, 30, 2)]
    [InlineData(false, 30, 1)]
    [InlineData(true, 600, 1)]
    public async Task Run_ThatTheMachineSpoilt_IsMadeOnceMoreWhenItIsShort(bool disturbed, double seconds, int runs)
    {
        var (made, heard) = (0, new List<string>());
        var spoilt = Example.Report() with { Void = "it was late", Disturbed = disturbed };
        await UndisturbedRun.RunAsync(Example.Scenario with { Seconds = seconds }, OnceAsync, heard.Add, TestContext.Current.CancellationToken);
        Assert.Equal(runs, made);
        Assert.Equal(runs - 1, heard.Count(h => h.Contains("it was late", StringComparison.Ordinal)));

        Task<RunReport> OnceAsync()
        {
            made++;
            return Task.FromResult(spoilt);
        }
    }
}
