using System.Diagnostics;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Topology;

/// <summary>Makes processes and connections fail by plan, and mends them.</summary>
internal sealed class FaultInjector(IReadOnlyDictionary<string, ChildProcess> processes, IReadOnlyDictionary<string, HintProxy> proxies)
{
    /// <summary>Runs all faults; what is still broken when cancelled is mended at once.</summary>
    public async Task<IReadOnlyList<FaultSpan>> RunAsync(IReadOnlyList<Fault> faults, TimeSpan warmUp, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var spans = await Task.WhenAll(faults.Select(f => OneAsync(f, warmUp, clock, cancellation)));
        return [.. spans.OfType<FaultSpan>()];
    }

    private async Task<FaultSpan?> OneAsync(Fault fault, TimeSpan warmUp, Stopwatch clock, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(warmUp + TimeSpan.FromSeconds(fault.AtSeconds), cancellation);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        var from = (clock.Elapsed - warmUp).TotalSeconds;
        Break(fault);
        await Task.Delay(TimeSpan.FromSeconds(fault.Seconds), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await MendAsync(fault);
        return new FaultSpan(fault.What, fault.Kind.ToString().ToLowerInvariant(), from, (clock.Elapsed - warmUp).TotalSeconds);
    }

    private void Break(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Pause: Process(fault).Pause(); break;
            case FaultKind.Kill: Process(fault).Kill(); break;
            default: proxies[fault.What].Cut(true); break;
        }
    }

    private async Task MendAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Pause: Process(fault).Resume(); break;
            case FaultKind.Kill: await Process(fault).StartAsync(CancellationToken.None); break;
            default: proxies[fault.What].Cut(false); break;
        }
    }

    private ChildProcess Process(Fault fault) =>
        processes.TryGetValue(fault.What, out var process)
            ? process
            : throw new InvalidOperationException($"faults: this scenario has no {fault.What}; it has {string.Join(", ", processes.Keys)}");
}
