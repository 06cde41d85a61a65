using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// Asks over real sockets. Every UDP question has a socket of its own on a port picked at random, connected so that the system drops what comes from
/// elsewhere (RFC 5452 §9): by bare system calls where there are loops, by those of .NET otherwise. Thread-safe.
/// </summary>
internal sealed class SocketUpstream : IUpstreamTransport
{
    private const int FirstPort = 1_024;
    private const int PortTries = 8;

    /// <summary>Replies that do not fit, to one question, before it is asked over TCP instead.</summary>
    private const int MaxMisses = 16;

    private static readonly SocketError[] UnreachableErrors =
    [
        SocketError.ConnectionRefused, SocketError.HostUnreachable, SocketError.NetworkUnreachable, SocketError.NetworkDown, SocketError.HostDown,
        SocketError.AddressNotAvailable, SocketError.AddressFamilyNotSupported, SocketError.ConnectionReset, SocketError.AccessDenied,
    ];

    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly UpstreamCounters _counters;
    private readonly IPAddress? _outgoing;
    private readonly UpstreamLoops? _loops;

    /// <param name="outgoing">The address questions leave from; null leaves it to the system.</param>
    /// <param name="loops">Who sends over UDP and goes on with what awaits the reply; null where that may take long.</param>
    public SocketUpstream(TimeProvider time, Random random, UpstreamCounters counters, IPAddress? outgoing, UpstreamLoops? loops = null)
    {
        _loops = loops;
        _time = time;
        _random = random;
        _counters = counters;
        _outgoing = outgoing;
    }

    public ValueTask<UpstreamReply> ExchangeAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        _counters.Sent(request.OverTcp);
        return !request.OverTcp && _loops is not null && _loops.TryAsk(request, cancellation, out ValueTask<UpstreamReply> reply)
            ? reply
            : ExchangeHereAsync(request, cancellation);
    }

    private async ValueTask<UpstreamReply> ExchangeHereAsync(UpstreamRequest request, CancellationToken cancellation)
    {
        long start = _time.GetTimestamp();
        using var limit = new CancellationTokenSource(request.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return request.OverTcp
                ? await OverTcpAsync(request, start, both.Token).ConfigureAwait(false)
                : await OverUdpAsync(request, start, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            _counters.TimedOut();
            return End(UpstreamOutcome.TimedOut, start);
        }
        catch (SocketException e)
        {
            return End(Array.IndexOf(UnreachableErrors, e.SocketErrorCode) >= 0 ? UpstreamOutcome.Unreachable : UpstreamOutcome.TimedOut, start);
        }
    }

    private async ValueTask<UpstreamReply> OverUdpAsync(UpstreamRequest request, long start, CancellationToken cancellation)
    {
        using Socket socket = OpenUdp(request.Server);
        socket.Connect(request.Server);
        socket.Send(request.Query.Span);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(UdpSocket.MaxQuery);
        try
        {
            for (int misses = 0; misses < MaxMisses;)
            {
                int length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellation).ConfigureAwait(false);
                ReplyMatch match = ReplyCheck.Compare(request.Query.Span, buffer.AsSpan(0, length));
                if (match == ReplyMatch.Match)
                {
                    return End(UpstreamOutcome.Answered, start, buffer.AsSpan(0, length).ToArray());
                }

                _counters.Miss(match);
                if (match == ReplyMatch.WrongCase)
                {
                    return End(UpstreamOutcome.OtherCase, start);
                }

                misses++;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return End(UpstreamOutcome.Suspicious, start);
    }

    private async ValueTask<UpstreamReply> OverTcpAsync(UpstreamRequest request, long start, CancellationToken cancellation)
    {
        using var socket = new Socket(request.Server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (_outgoing is not null && _outgoing.AddressFamily == request.Server.AddressFamily)
        {
            socket.Bind(new IPEndPoint(_outgoing, 0));
        }

        await socket.ConnectAsync(request.Server, cancellation).ConfigureAwait(false);
        byte[] framed = new byte[request.Query.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)request.Query.Length);
        request.Query.Span.CopyTo(framed.AsSpan(2));
        await socket.SendAsync(framed, SocketFlags.None, cancellation).ConfigureAwait(false);

        byte[] prefix = new byte[2];
        if (!await ReadAsync(socket, prefix, cancellation).ConfigureAwait(false))
        {
            return End(UpstreamOutcome.TimedOut, start);
        }

        byte[] reply = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        if (!await ReadAsync(socket, reply, cancellation).ConfigureAwait(false))
        {
            return End(UpstreamOutcome.TimedOut, start);
        }

        // A stream cannot be guessed into, so a server that spoils the case is believed here.
        ReplyMatch match = ReplyCheck.Compare(request.Query.Span, reply);
        if (match is ReplyMatch.Match or ReplyMatch.WrongCase)
        {
            return End(UpstreamOutcome.Answered, start, reply);
        }

        _counters.Miss(match);
        return End(UpstreamOutcome.TimedOut, start);
    }

    private static async ValueTask<bool> ReadAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellation)
    {
        for (int filled = 0; filled < buffer.Length;)
        {
            int read = await socket.ReceiveAsync(buffer[filled..], SocketFlags.None, cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            filled += read;
        }

        return true;
    }

    private Socket OpenUdp(IPEndPoint server)
    {
        IPAddress any = server.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        IPAddress from = _outgoing is not null && _outgoing.AddressFamily == server.AddressFamily ? _outgoing : any;
        var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        for (int i = 0; ; i++)
        {
            try
            {
                // The system's own choice comes from a smaller range; it is the last resort.
                socket.Bind(new IPEndPoint(from, i < PortTries ? _random.Next(FirstPort, IPEndPoint.MaxPort + 1) : 0));
                return socket;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied && i < PortTries)
            {
                // Taken: another one.
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private UpstreamReply End(UpstreamOutcome outcome, long start, Memory<byte> message = default) =>
        new(outcome, message, _time.GetElapsedTime(start));
}
