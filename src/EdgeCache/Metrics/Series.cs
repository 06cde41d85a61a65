namespace EdgeCache.Metrics;

/// <summary>What a series counts.</summary>
internal enum SeriesKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>A value as of now.</summary>
    Gauge,

    /// <summary>A distribution.</summary>
    Histogram,
}

/// <summary>One instrument with one set of tags. Guarded by the collector's lock.</summary>
internal sealed class Series
{
    /// <summary>Upper bounds of the buckets, in the instrument's unit: from a tenth of a millisecond to ten, when it is seconds.</summary>
    public static readonly double[] Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string Labels { get; init; }

    public required SeriesKind Kind { get; init; }

    public double Sum { get; private set; }

    public long Count { get; private set; }

    public long[] Buckets { get; } = new long[Bounds.Length];

    public void Add(double value)
    {
        Sum += value;
        Count++;
        if (Kind == SeriesKind.Histogram && Array.FindIndex(Bounds, b => value <= b) is >= 0 and var bucket)
        {
            Buckets[bucket]++;
        }
    }

    public void Set(double value) => Sum = value;
}
