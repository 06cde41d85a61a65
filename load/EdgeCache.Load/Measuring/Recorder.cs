using System.Diagnostics;
using HdrHistogram;

namespace EdgeCache.Load.Measuring;

/// <summary>
/// Collects reads and writes of one run and judges each read once it is safe: after the acknowledgements of its time are known. Thread-safe.
/// </summary>
public sealed class Recorder
{
    /// <summary>Worst offenders kept for the report.</summary>
    public const int OffendersKept = 20;

    /// <summary>Keys shown one by one in the report.</summary>
    public const int KeysKept = 50;

    private readonly Lock _lock = new();
    private readonly List<ReadSample> _reads = [];

    /// <summary>Counts a read.</summary>
    public void Add(ReadSample sample)
    {
        lock (_lock)
        {
            _reads.Add(sample);
        }
    }

    /// <summary>Reads so far.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _reads.Count;
            }
        }
    }

    /// <summary>Everything recorded, in the order it was finished.</summary>
    public IReadOnlyList<ReadSample> Reads()
    {
        lock (_lock)
        {
            return [.. _reads];
        }
    }

    /// <summary>Judges all reads. Call it after the last writer was acknowledged.</summary>
    public Measurement Judge(VersionLedger ledger, double allowedMilliseconds, long startedAt)
    {
        var result = new MeasurementBuilder(startedAt);
        foreach (var read in Reads())
        {
            var verdict = read.Error is null ? ledger.Judge(read.Key, read.Version, read.SentAt, read.DoneAt) : default;
            result.Add(read, verdict, allowedMilliseconds);
        }

        return result.Build();
    }

    /// <summary>A histogram of ticks that spans a microsecond to an hour at three digits.</summary>
    internal static LongHistogram NewHistogram() => new(Stopwatch.Frequency * 3600, 3);
}
