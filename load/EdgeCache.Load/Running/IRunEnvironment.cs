using EdgeCache.Load.Measuring;
using EdgeCache.Load.Reports;
using EdgeCache.Load.Scenarios;
using EdgeCache.Load.Targets;

namespace EdgeCache.Load.Running;

/// <summary>How a publish or purge ended: <see cref="Error"/> is null when it was accepted; <see cref="Session"/> is the token that came with it, if any.</summary>
public readonly record struct PublishOutcome(string? Error, string? Session = null);

/// <summary>What a scenario runs against: processes the tool started, or somebody's own.</summary>
public interface IRunEnvironment : IAsyncDisposable
{
    /// <summary>Nodes to read from.</summary>
    IReadOnlyList<IReadTarget> Targets { get; }

    /// <summary>Versions of the keys of the scenario, and of one more for the probe.</summary>
    VersionLedger Ledger { get; }

    /// <summary>Requests and queries that reached the tool's origin or name server; null where it is not asked.</summary>
    long? UpstreamRequests { get; }

    /// <summary>The defect that the processes were started with; null: none.</summary>
    SeededDefect? SeededDefect { get; }

    /// <summary>Tells the target of a version that is readable now; <paramref name="session"/>: the writer's token.</summary>
    Task<PublishOutcome> PublishAsync(int key, long version, string? session, CancellationToken cancellation);

    /// <summary>Makes things fail by plan, times counted after <paramref name="warmUp"/>; undoes what is still broken when cancelled. Says what happened.</summary>
    Task<IReadOnlyList<FaultSpan>> InjectAsync(IReadOnlyList<Fault> faults, TimeSpan warmUp, CancellationToken cancellation);
}
