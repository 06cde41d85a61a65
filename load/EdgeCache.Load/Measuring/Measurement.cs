namespace EdgeCache.Load.Measuring;

/// <summary>Quantiles of something, milliseconds or versions.</summary>
public sealed record Quantiles(double P50, double P90, double P99, double P999, double Max, long Count);

/// <summary>One of the worst answers: enough to look it up in logs.</summary>
public sealed record Offender(int Key, int Node, double AtSeconds, long Version, long VersionsBehind, double StaleMilliseconds);

/// <summary>Counts of one second of a run, for the plots.</summary>
public sealed record SecondOfRun(int Second, long Answers, long Stale, long Errors, double WorstStaleMilliseconds);

/// <summary>Decided answers of one key, and how many were stale.</summary>
public sealed record KeyCount(int Key, long Decided, long Stale);

/// <summary>What a run measured. Rates are shares of decided answers, 0…1.</summary>
public sealed record Measurement
{
    /// <summary>All reads that were answered.</summary>
    public required long Answers { get; init; }

    /// <summary>Reads that failed, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Errors { get; init; }

    /// <summary>Answers that were fresh.</summary>
    public required long Fresh { get; init; }

    /// <summary>Answers during which a newer version was acknowledged; in no rate.</summary>
    public required long Undecided { get; init; }

    /// <summary>Answers older than an acknowledged version.</summary>
    public required long Stale { get; init; }

    /// <summary>Stale answers that the cache served without asking upstream.</summary>
    public required long StaleHits { get; init; }

    /// <summary>Stale answers outside the announced bound.</summary>
    public required long Violations { get; init; }

    /// <summary>Answers without a version the tool knows.</summary>
    public required long Unknown { get; init; }

    /// <summary>Answers served from cache.</summary>
    public required long Hits { get; init; }

    /// <summary>Stale answers per decided answer.</summary>
    public double StaleRate => Fresh + Stale == 0 ? 0 : (double)Stale / (Fresh + Stale);

    /// <summary>Stale hits per decided answer.</summary>
    public double StaleHitRate => Fresh + Stale == 0 ? 0 : (double)StaleHits / (Fresh + Stale);

    /// <summary>Hits per answer.</summary>
    public double HitRatio => Answers == 0 ? 0 : (double)Hits / Answers;

    /// <summary>For how long, at the sending of the request, the oldest version that the answer missed had been acknowledged; milliseconds, over stale answers.</summary>
    public required Quantiles StaleMilliseconds { get; init; }

    /// <summary>Versions behind, over stale answers.</summary>
    public required Quantiles StaleVersions { get; init; }

    /// <summary>Latency from the due time, milliseconds.</summary>
    public required Quantiles LatencyMilliseconds { get; init; }

    /// <summary>How late the generator itself was, milliseconds from due to sent.</summary>
    public required Quantiles SchedulingLagMilliseconds { get; init; }

    /// <summary>The run second by second.</summary>
    public required IReadOnlyList<SecondOfRun> Seconds { get; init; }

    /// <summary>Key by key, the most read first; at most <see cref="Recorder.KeysKept"/>.</summary>
    public required IReadOnlyList<KeyCount> Keys { get; init; }

    /// <summary>The worst stale answers, each key, node and version once.</summary>
    public required IReadOnlyList<Offender> Offenders { get; init; }
}
