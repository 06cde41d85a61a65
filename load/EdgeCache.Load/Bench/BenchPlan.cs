namespace EdgeCache.Load.Bench;

/// <summary>How long and where: servers on one processor, the sender (and what serves the servers) on the other.</summary>
internal sealed record BenchPlan
{
    /// <summary>Rounds; in each, every contestant has its turn.</summary>
    public required int Rounds { get; init; }

    /// <summary>Seconds of load in a turn.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds of load before the first turn of each contestant: .NET needs them.</summary>
    public double WarmUpSeconds { get; init; } = 4;

    public int ServerCpu { get; init; }

    public int ClientCpu { get; init; } = Environment.ProcessorCount > 1 ? 1 : 0;

    /// <summary>The command that starts <c>edgecache</c>.</summary>
    public required IReadOnlyList<string> Program { get; init; }

    /// <summary>The command that starts this tool.</summary>
    public required IReadOnlyList<string> Tool { get; init; }

    /// <summary>A line for people.</summary>
    public required Action<string> Say { get; init; }
}
