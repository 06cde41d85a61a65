using System.Buffers.Binary;
using System.Net;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// Passes whole messages on to one DNS server, for clients that came by other means than UDP or TCP: an authority or a resolver, in this process or elsewhere.
/// Asks over UDP and, for what is cut or unanswered, over TCP. Holds a bounded number of questions. Thread-safe.
/// </summary>
public sealed class DnsForwarder
{
    /// <summary>Questions that may wait at a time.</summary>
    public const int MaxWaiting = 1_024;

    private static readonly TimeSpan UdpPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TcpPatience = TimeSpan.FromSeconds(5);
    private readonly IPEndPoint _server;
    private readonly CryptoRandom _random = new();
    private readonly SocketUpstream _upstream;
    private int _waiting;

    /// <summary>Makes a forwarder to a server, which need not be there yet.</summary>
    public DnsForwarder(IPEndPoint server, TimeProvider time)
    {
        _server = server;
        _upstream = new SocketUpstream(time, _random, new UpstreamCounters(), outgoing: null);
    }

    /// <summary>Asks; the answer carries the id of the query. Never throws but when cancelled.</summary>
    public async ValueTask<ForwardedAnswer> AskAsync(ReadOnlyMemory<byte> query, CancellationToken cancellation)
    {
        if (!Header.TryRead(query.Span, out Header header) || header.IsResponse || header.QuestionCount != 1)
        {
            return new ForwardedAnswer(ForwardOutcome.Malformed, default, null);
        }

        try
        {
            return Interlocked.Increment(ref _waiting) > MaxWaiting
                ? new ForwardedAnswer(ForwardOutcome.Busy, default, null)
                : await ForwardAsync(query, header.Id, cancellation).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async ValueTask<ForwardedAnswer> ForwardAsync(ReadOnlyMemory<byte> query, ushort id, CancellationToken cancellation)
    {
        // The id of the client is known to others (RFC 8484 §4.1 wants it to be 0): on the wire it is one that cannot be guessed.
        byte[] message = query.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)_random.Next(ushort.MaxValue + 1));
        bool isLong = message.Length > WireLimits.MaxUdpPayload;
        UpstreamReply reply = isLong ? default : await _upstream.ExchangeAsync(new UpstreamRequest(_server, message, false, UdpPatience), cancellation).ConfigureAwait(false);
        if (isLong || reply.Outcome != UpstreamOutcome.Answered || (Header.TryRead(reply.Message.Span, out Header header) && header.Truncated))
        {
            reply = await _upstream.ExchangeAsync(new UpstreamRequest(_server, message, true, TcpPatience), cancellation).ConfigureAwait(false);
        }

        if (reply.Outcome != UpstreamOutcome.Answered)
        {
            return new ForwardedAnswer(ForwardOutcome.Unanswered, default, null);
        }

        byte[] answer = EdnsPadding.Pad(message, reply.Message.ToArray());
        BinaryPrimitives.WriteUInt16BigEndian(answer, id);
        return new ForwardedAnswer(ForwardOutcome.Answered, answer, AnswerLifetime.Of(answer));
    }
}
