using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// One client's stream: queries are read one behind the other and answered as each is ready (RFC 7766 §6.2.1.1, §7). Reading pauses while too many wait, so
/// a client that pipelines without reading stops itself.
/// </summary>
#pragma warning disable CA1001 // Answers under way still use the semaphores after the socket is closed; neither holds anything but memory.
internal sealed class TcpConnection : IResponseSink
#pragma warning restore CA1001
{
    private const int PrefixLength = 2;
    private const int ReadsInARow = 4;
    private const int UsualRead = 2_048;
    private readonly Socket _socket;
    private readonly TcpService _service;
    private readonly QuerySource _source;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly SemaphoreSlim _places;
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _deadline;
    private int _waiting;
    private volatile bool _closing;

    public TcpConnection(Socket socket, TcpService service)
    {
        _socket = socket;
        _service = service;
        _places = new SemaphoreSlim(service.Options.MaxPipelined, service.Options.MaxPipelined);
        _socket.NoDelay = true;
        _source = socket.RemoteEndPoint is IPEndPoint peer ? QuerySource.From(DnsTransport.Tcp, peer) : default;
        _deadline = service.After(service.Options.IdleTimeout);
    }

    /// <summary>Done when nothing of this connection runs any more.</summary>
    public Task Finished => _finished.Task;

    /// <summary>When the sweep closes it, unless something moves.</summary>
    public long Deadline => Volatile.Read(ref _deadline);

    public bool IsIdle => Volatile.Read(ref _waiting) == 0;

    public async Task RunAsync(CancellationToken stopping)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(UsualRead);
        try
        {
            int filled = 0;
            for (int turn = 1; !_closing; turn++)
            {
                int read = await _socket.ReceiveAsync(buffer.AsMemory(filled), SocketFlags.None, stopping).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                // A message that is slow to come keeps the deadline of its first octet.
                if (filled == 0)
                {
                    Expect(_service.Options.MessageTimeout);
                }

                filled += read;
                int used = await TakeMessagesAsync(buffer.AsMemory(0, filled), stopping).ConfigureAwait(false);
                if (used < 0)
                {
                    break;
                }

                filled -= used;
                buffer.AsSpan(used, filled).CopyTo(buffer);
                buffer = EnsureRoom(buffer, filled);
                if (used > 0)
                {
                    Expect(filled == 0 ? _service.Options.IdleTimeout : _service.Options.MessageTimeout);
                }

                // Who always has something to read must not keep the thread from those who have a little.
                if (turn % ReadsInARow == 0)
                {
                    await Task.Yield();
                }
            }

            await DrainAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The client left, the sweep closed it, or the server stops.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Abort();
            _finished.TrySetResult();
        }
    }

    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        byte[] framed = ArrayPool<byte>.Shared.Rent(message.Length + PrefixLength);
        try
        {
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
            message.Span.CopyTo(framed.AsSpan(PrefixLength));
            await _sending.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                Expect(_service.Options.MessageTimeout);
                for (int sent = 0; sent < message.Length + PrefixLength;)
                {
                    sent += await _socket.SendAsync(framed.AsMemory(sent, message.Length + PrefixLength - sent), SocketFlags.None, cancellation).ConfigureAwait(false);
                }

                Expect(_service.Options.IdleTimeout);
                return true;
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(framed);
        }
    }

    /// <summary>Answers what waits, then closes; used when the server stops.</summary>
    public void CloseWhenDone()
    {
        _closing = true;
        try
        {
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    public void Abort() => _socket.Dispose();

    private static byte[] EnsureRoom(byte[] buffer, int filled)
    {
        int needed = filled < PrefixLength ? 0 : BinaryPrimitives.ReadUInt16BigEndian(buffer) + PrefixLength;
        if (needed <= buffer.Length && filled < buffer.Length)
        {
            return buffer;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, UsualRead));
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>Answers every whole message; returns the octets used, or −1 for a client that does not speak DNS.</summary>
    private async ValueTask<int> TakeMessagesAsync(ReadOnlyMemory<byte> data, CancellationToken stopping)
    {
        int used = 0;
        while (data.Length - used >= PrefixLength)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(data.Span[used..]);
            if (length < WireLimits.HeaderLength)
            {
                return -1;
            }

            if (data.Length - used - PrefixLength < length)
            {
                break;
            }

            await AnswerAsync(data.Slice(used + PrefixLength, length), stopping).ConfigureAwait(false);
            used += PrefixLength + length;
        }

        return used;
    }

    private async ValueTask AnswerAsync(ReadOnlyMemory<byte> query, CancellationToken stopping)
    {
        _service.Counters.TcpQuery();
        byte[] response = ArrayPool<byte>.Shared.Rent(WireLimits.MaxMessage);
        try
        {
            int length = Ask(query.Span, response.AsSpan(0, WireLimits.MaxMessage));
            if (length > 0)
            {
                await SendAsync(response.AsMemory(0, length), stopping).ConfigureAwait(false);
            }

            if (length != Verdicts.Later)
            {
                return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(response);
        }

        if (!_service.TryEnter())
        {
            _service.Counters.Overflow();
            return;
        }

        // While all places of this connection are taken nothing is read, and the deadline runs until an answer moves it.
        await _places.WaitAsync(stopping).ConfigureAwait(false);
        Interlocked.Increment(ref _waiting);
        _ = AnswerLaterAsync(query.ToArray(), stopping);
    }

    private int Ask(ReadOnlySpan<byte> query, Span<byte> response)
    {
        try
        {
            return _service.Responder.Respond(query, _source, response);
        }
#pragma warning disable CA1031 // The catch-all of a query.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _service.Failed(e);
            return ServerFailure.Write(query, response);
        }
    }

    private async Task AnswerLaterAsync(byte[] query, CancellationToken stopping)
    {
        await Task.Yield();
        try
        {
            await _service.Responder.RespondAsync(query, _source, this, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
#pragma warning disable CA1031 // The catch-all of a query that waited.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _service.Failed(e);
            byte[] failure = new byte[WireLimits.HeaderLength];
            await SendAsync(failure.AsMemory(0, ServerFailure.Write(query, failure)), CancellationToken.None).ConfigureAwait(false);
        }

        _service.Leave();
        Interlocked.Decrement(ref _waiting);
        Expect(_service.Options.IdleTimeout);
        _places.Release();
    }

    /// <summary>The client has closed its side or the server stops: what waits is still answered (RFC 7766 §6.2.4 lets a client half-close).</summary>
    private async Task DrainAsync(CancellationToken stopping)
    {
        Expect(_service.Options.IdleTimeout);
        for (int i = 0; i < _service.Options.MaxPipelined; i++)
        {
            await _places.WaitAsync(stopping).ConfigureAwait(false);
        }
    }

    private void Expect(TimeSpan within) => Volatile.Write(ref _deadline, _service.After(within));
}
