namespace EdgeCache.Http.Storage;

/// <summary>Milliseconds of the node's monotone clock: what stored times are counted in.</summary>
internal static class MonotoneClock
{
    /// <summary>Now.</summary>
    public static long Milliseconds(this TimeProvider time) => time.Milliseconds(time.GetTimestamp());

    /// <summary>A timestamp of the same provider in milliseconds.</summary>
    public static long Milliseconds(this TimeProvider time, long timestamp) => timestamp / Math.Max(1, time.TimestampFrequency / 1000);
}
