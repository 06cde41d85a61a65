namespace EdgeCache.Load.Measuring;

/// <summary>How an answer was made, as far as it can be told.</summary>
public enum ServedBy
{
    /// <summary>The target did not say.</summary>
    Unknown,

    /// <summary>From its cache, without asking upstream.</summary>
    Cache,

    /// <summary>Upstream was asked.</summary>
    Upstream,
}

/// <summary>One read: who asked what where, the times (ticks), and what came.</summary>
public readonly record struct ReadSample(
    int Key, int Node, int Session, long DueAt, long SentAt, long DoneAt, long Version, ServedBy ServedBy, string? Error);
