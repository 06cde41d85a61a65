namespace EdgeCache.Dns.Transport;

/// <summary>What all connections of a server share: the responder, the limits, and the number of queries that wait.</summary>
internal sealed class TcpService
{
    private int _waiting;

    public required IDnsResponder Responder { get; init; }

    public required DnsServerOptions Options { get; init; }

    public required ServerCounters Counters { get; init; }

    public required TimeProvider Time { get; init; }

    public required Action<Exception> Failed { get; init; }

    /// <summary>Takes a place for a query that waits; false when all are taken.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _waiting) <= Options.MaxWaitingTcp)
        {
            return true;
        }

        Interlocked.Decrement(ref _waiting);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _waiting);

    /// <summary>The timestamp a while from now.</summary>
    public long After(TimeSpan span) => Time.GetTimestamp() + (long)(span.TotalSeconds * Time.TimestampFrequency);
}
