using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace EdgeCache.Http.HitPath;

/// <summary>
/// A connection's output that goes to the socket at once, without the pipe and the loop that the transport puts between. A flush ends when the socket has taken all bytes;
/// bytes are sent once and in order also when nobody waits for a flush any more. One writer at a time; only <see cref="CancelPendingFlush"/> may come from elsewhere.
/// </summary>
internal sealed class SocketOutput(ConnectionContext connection, Socket socket, PipeWriter transport) : PipeWriter
{
    private const int LeastBytes = 4096;
    private byte[]? _buffer;
    private int _filled;
    private Task _sending = Task.CompletedTask;
    private CancellationTokenSource? _waiting;
    private volatile bool _isBroken;

    /// <summary>True when nothing is under way or written: the socket may be used directly.</summary>
    public bool IsIdle => _filled == 0 && _sending.IsCompleted;

    /// <summary>True when the peer is gone.</summary>
    public bool IsBroken => _isBroken;

    /// <summary>The socket, for direct use while <see cref="IsIdle"/>.</summary>
    public Socket Socket => socket;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _filled;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var free = (_buffer?.Length ?? 0) - _filled;
        if (_buffer is null || free < Math.Max(1, sizeHint))
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(LeastBytes, Math.Max(_filled * 2, _filled + sizeHint)));
            if (_buffer is not null)
            {
                _buffer.AsSpan(0, _filled).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
            }

            _buffer = larger;
        }

        return _buffer.AsMemory(_filled);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)((_buffer?.Length ?? 0) - _filled), nameof(bytes));
        _filled += bytes;
    }

    /// <summary>Forgets what was written and not flushed.</summary>
    public void Discard() => _filled = 0;

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_filled > 0)
        {
            var (mine, length) = (_buffer!, _filled); // There is one when it is filled.
            (_buffer, _filled) = (null, 0);
            var sending = SendAfterAsync(_sending, mine, length);
            _sending = sending.IsCompletedSuccessfully ? Task.CompletedTask : sending.AsTask();
        }

        return _sending.IsCompleted ? new(new FlushResult(isCanceled: false, isCompleted: _isBroken)) : WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        try
        {
            Volatile.Read(ref _waiting)?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The flush ended meanwhile: there is none to cancel.
        }
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        if (exception is null && !_isBroken && !IsIdle)
        {
            _ = CompleteAfterFlushAsync();
            return;
        }

        Release();
        transport.Complete(exception);
    }

    /// <summary>Sends bytes that nobody changes meanwhile; false when the peer is gone. Only while <see cref="IsIdle"/>.</summary>
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
            }

            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Break(e);
            return false;
        }
    }

    /// <summary>Nothing more can be sent.</summary>
    public void Break(Exception? reason = null)
    {
        _isBroken = true;
        connection.Abort(reason is null ? new("The client does not take its answer.") : new("The client closed the connection.", reason));
    }

    private async ValueTask SendAfterAsync(Task before, byte[] buffer, int length)
    {
        await before.ConfigureAwait(false); // It never fails: failures are remembered.
        if (!_isBroken)
        {
            await SendAsync(buffer.AsMemory(0, length)).ConfigureAwait(false);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private async ValueTask<FlushResult> WaitAsync(CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Volatile.Write(ref _waiting, waiting);
        try
        {
            await _sending.WaitAsync(waiting.Token).ConfigureAwait(false);
            return new(isCanceled: false, isCompleted: _isBroken);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(isCanceled: true, isCompleted: _isBroken);
        }
        finally
        {
            Volatile.Write(ref _waiting, null);
        }
    }

    private async Task CompleteAfterFlushAsync()
    {
        await FlushAsync(CancellationToken.None).ConfigureAwait(false);
        Release();
        transport.Complete();
    }

    private void Release()
    {
        if (_buffer is { } buffer)
        {
            (_buffer, _filled) = (null, 0);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
