namespace EdgeCache.Dns.Transport;

/// <summary>
/// Answers queries: an authority, a resolver. Called from several threads at once. The query is any octets a stranger chose to send.
/// </summary>
public interface IDnsResponder
{
    /// <summary>
    /// Answers on the receiving thread: must neither wait nor allocate in the common case. Returns the octets written to <paramref name="response"/>,
    /// <see cref="Verdicts.Drop"/>, or <see cref="Verdicts.Later"/> to be asked again through <see cref="RespondAsync"/>. Over UDP
    /// <paramref name="response"/> is as long as the largest datagram ever sent; what the client takes is the responder's business.
    /// </summary>
    int Respond(ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response);

    /// <summary>
    /// Answers in its own time, on a thread of the pool. <paramref name="query"/> is a copy that lives until the task ends. Not answering at all drops the query.
    /// </summary>
    ValueTask RespondAsync(ReadOnlyMemory<byte> query, QuerySource source, IResponseSink sink, CancellationToken cancellation);
}

/// <summary>What <see cref="IDnsResponder.Respond"/> may return besides a length.</summary>
public static class Verdicts
{
    /// <summary>No answer is sent.</summary>
    public const int Drop = 0;

    /// <summary>The answer needs time.</summary>
    public const int Later = -1;
}
