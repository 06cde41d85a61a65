namespace EdgeCache.Dns.Transport;

/// <summary>Where an answer goes: the address a datagram came from, or a connection. Thread-safe.</summary>
public interface IResponseSink
{
    /// <summary>
    /// Sends one message; over TCP more than one may follow each other (RFC 5936 §2.2). False when the client is gone: stop sending.
    /// The memory may be used again when the task is done.
    /// </summary>
    ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation);
}
