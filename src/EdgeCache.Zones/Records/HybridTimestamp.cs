namespace EdgeCache.Zones.Records;

/// <summary>
/// A hybrid logical clock value (Kulkarni et al., "Logical Physical Clocks", 2014): 48 bits of Unix milliseconds, then 16 bits of counter.
/// Ordered; <c>default</c> is before everything.
/// </summary>
public readonly record struct HybridTimestamp(ulong Value) : IComparable<HybridTimestamp>
{
    /// <summary>Bits of the counter.</summary>
    public const int CounterBits = 16;

    /// <summary>Wall-clock part, Unix milliseconds.</summary>
    public long Milliseconds => (long)(Value >> CounterBits);

    /// <summary>Counter among events of one millisecond.</summary>
    public int Counter => (int)(Value & 0xFFFF);

    /// <summary>Builds a timestamp; milliseconds outside 48 bits saturate.</summary>
    public static HybridTimestamp From(long milliseconds, int counter) =>
        new(((ulong)Math.Clamp(milliseconds, 0, (1L << 48) - 1) << CounterBits) | (ushort)Math.Clamp(counter, 0, 0xFFFF));

    /// <summary>The one right after: a full counter flows over into the milliseconds, since they are the bits above it; at the very end of 48 bits it stays.</summary>
    public HybridTimestamp Next() => Value == ulong.MaxValue ? this : new HybridTimestamp(Value + 1);

    /// <inheritdoc/>
    public int CompareTo(HybridTimestamp other) => Value.CompareTo(other.Value);

    /// <summary>Earlier than.</summary>
    public static bool operator <(HybridTimestamp left, HybridTimestamp right) => left.Value < right.Value;

    /// <summary>Later than.</summary>
    public static bool operator >(HybridTimestamp left, HybridTimestamp right) => left.Value > right.Value;

    /// <summary>Earlier than or equal.</summary>
    public static bool operator <=(HybridTimestamp left, HybridTimestamp right) => left.Value <= right.Value;

    /// <summary>Later than or equal.</summary>
    public static bool operator >=(HybridTimestamp left, HybridTimestamp right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public override string ToString() => $"{Milliseconds}.{Counter}";
}
