namespace EdgeCache.Dns.Transport;

/// <summary>What came back to questions of ours. Near misses show that somebody guesses, or that a server is broken.</summary>
internal sealed class UpstreamCounters
{
    private long _udp;
    private long _tcp;
    private long _timeouts;
    private readonly long[] _misses = new long[Enum.GetValues<ReplyMatch>().Length];

    public long Udp => Volatile.Read(ref _udp);

    public long Tcp => Volatile.Read(ref _tcp);

    public long Timeouts => Volatile.Read(ref _timeouts);

    public long Of(ReplyMatch match) => Volatile.Read(ref _misses[(int)match]);

    public void Sent(bool overTcp) => Interlocked.Increment(ref overTcp ? ref _tcp : ref _udp);

    public void TimedOut() => Interlocked.Increment(ref _timeouts);

    public void Miss(ReplyMatch match) => Interlocked.Increment(ref _misses[(int)match]);
}
