namespace EdgeCache.Zones.Replication;

/// <summary>What a replicator has done since its start. Thread-safe.</summary>
public sealed class ReplicatorCounters
{
    private long _entries;
    private long _losers;
    private long _compares;
    private long _repaired;
    private long _skew;
    private long _impossible;
    private long _failures;

    /// <summary>Entries committed here.</summary>
    public long Entries => Volatile.Read(ref _entries);

    /// <summary>Writes among them that lost to the state here; each is in the history with its reason.</summary>
    public long Losers => Volatile.Read(ref _losers);

    /// <summary>Full compares.</summary>
    public long Compares => Volatile.Read(ref _compares);

    /// <summary>Records that a full compare found different.</summary>
    public long Repaired => Volatile.Read(ref _repaired);

    /// <summary>Entries that wait because their clock is too far ahead.</summary>
    public long Skew => Volatile.Read(ref _skew);

    /// <summary>Writes left out because the zone's rule here can make nothing of them.</summary>
    public long Impossible => Volatile.Read(ref _impossible);

    /// <summary>Calls that failed.</summary>
    public long Failures => Volatile.Read(ref _failures);

    internal void Committed(int losers)
    {
        Interlocked.Increment(ref _entries);
        Interlocked.Add(ref _losers, losers);
    }

    internal void Compared() => Interlocked.Increment(ref _compares);

    internal void Repair(int records) => Interlocked.Add(ref _repaired, records);

    internal void Skewed() => Interlocked.Increment(ref _skew);

    internal void LeftOut(int writes) => Interlocked.Add(ref _impossible, writes);

    internal void Failed() => Interlocked.Increment(ref _failures);
}
