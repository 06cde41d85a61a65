using System.Net;

namespace EdgeCache.Dns.Transport;

/// <summary>Asks another server one question once. Implemented over sockets, and by scripted servers in virtual time. Thread-safe.</summary>
internal interface IUpstreamTransport
{
    ValueTask<UpstreamReply> ExchangeAsync(UpstreamRequest request, CancellationToken cancellation);
}

/// <summary>One question to one server. <see cref="Query"/> is a whole message whose id is unpredictable.</summary>
internal readonly record struct UpstreamRequest(IPEndPoint Server, ReadOnlyMemory<byte> Query, bool OverTcp, TimeSpan Timeout);

/// <summary>What came back, if anything did. <see cref="Message"/> has passed <see cref="ReplyCheck"/> and is the asker's own.</summary>
internal readonly record struct UpstreamReply(UpstreamOutcome Outcome, Memory<byte> Message, TimeSpan Elapsed);

/// <summary>How an exchange ended.</summary>
internal enum UpstreamOutcome
{
    /// <summary>A reply that belongs to the question.</summary>
    Answered,

    /// <summary>Nothing that belongs to the question came in time.</summary>
    TimedOut,

    /// <summary>The system says that the server cannot be reached.</summary>
    Unreachable,

    /// <summary>Replies came that do not fit: somebody guesses. Ask over TCP.</summary>
    Suspicious,

    /// <summary>A reply came that fits but for the case of the name: a good guess, or a server that spoils the case. Ask over TCP.</summary>
    OtherCase,
}
