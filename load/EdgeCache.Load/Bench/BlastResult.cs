using System.Diagnostics;
using HdrHistogram;

namespace EdgeCache.Load.Bench;

/// <summary>What a sender got in a stretch of time.</summary>
internal sealed record BlastResult(long Answers, long Bad, long Lost, double Seconds, LongHistogram Latency)
{
    public double PerSecond => Answers / Seconds;

    /// <summary>A latency percentile in microseconds, counted from sending.</summary>
    public double Microseconds(double percentile) => Latency.TotalCount == 0 ? 0 : Latency.GetValueAtPercentile(percentile) * 1e6 / Stopwatch.Frequency;
}
