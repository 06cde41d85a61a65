namespace EdgeCache.Zones.Following;

/// <summary>When a read of the log was sent, in the node's own monotonic time, and its number among all reads of this follower.</summary>
internal readonly record struct PollStamp(long Number, long SentAt);

/// <summary>Stamps the reads of one follower. Taken before the read is sent, so it is never later than what the answer knows (PLANE.md 18). Thread-safe.</summary>
internal sealed class PollClock
{
    private readonly TimeProvider _time;
    private long _sent;

    public PollClock(TimeProvider time) => _time = time;

    /// <summary>Number of the read sent last: a later number belongs to a read sent after now.</summary>
    public long Sent => Volatile.Read(ref _sent);

    public PollStamp Send() => new(Interlocked.Increment(ref _sent), _time.GetTimestamp());
}
