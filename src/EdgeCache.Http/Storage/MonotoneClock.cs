namespace EdgeCache.Http.Storage;

/// <summary>Milliseconds of the node's monotone clock: what stored times are counted in.</summary>
internal static class MonotoneClock
{
    /// <summary>Now.</summary>
    public static long Milliseconds(this TimeProvider time) => time.GetTimestamp() / Math.Max(1, time.TimestampFrequency / 1000);
}
