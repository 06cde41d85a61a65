namespace EdgeCache.Zones.Following;

/// <summary>What a follower has met since its start. Thread-safe.</summary>
public sealed class FollowerCounters
{
    private long _polls;
    private long _pollFailures;
    private long _hints;
    private long _suspicions;
    private long _reportFailures;
    private readonly long[] _resyncs = new long[Enum.GetValues<ResyncReason>().Length];

    /// <summary>Polls sent.</summary>
    public long Polls => Volatile.Read(ref _polls);

    /// <summary>Polls that failed or were not answered in time.</summary>
    public long PollFailures => Volatile.Read(ref _pollFailures);

    /// <summary>Hints that came.</summary>
    public long Hints => Volatile.Read(ref _hints);

    /// <summary>Times the ticker found that the process may have slept.</summary>
    public long Suspicions => Volatile.Read(ref _suspicions);

    /// <summary>Node reports that could not be delivered.</summary>
    public long ReportFailures => Volatile.Read(ref _reportFailures);

    /// <summary>Resyncs, the first reads not counted.</summary>
    public long Resyncs => Enum.GetValues<ResyncReason>().Where(r => r != ResyncReason.First).Sum(ResyncsBecause);

    /// <summary>Resyncs for one reason.</summary>
    public long ResyncsBecause(ResyncReason reason) => Volatile.Read(ref _resyncs[(int)reason]);

    internal void Polled() => Interlocked.Increment(ref _polls);

    internal void PollFailed() => Interlocked.Increment(ref _pollFailures);

    internal void Hinted() => Interlocked.Increment(ref _hints);

    internal void Suspected() => Interlocked.Increment(ref _suspicions);

    internal void ReportFailed() => Interlocked.Increment(ref _reportFailures);

    internal void Resynced(ResyncReason reason) => Interlocked.Increment(ref _resyncs[(int)reason]);
}
