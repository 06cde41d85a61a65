using System.Net.Sockets;
using EdgeCache.Http.Framing;

namespace EdgeCache.Http.Fetching;

/// <summary>
/// An HTTP/1.1 connection on which the upstream may answer before it has the whole request (RFC 9112 §9.5). The client above writes a body to its end before it looks at the answer;
/// here the rest of a body is dropped once an answer stands that refuses it, or once writing fails, so that the answer is read. One request at a time; reads and writes may run at once.
/// </summary>
internal sealed class UploadStream(Stream inner) : ForwardStream
{
    private readonly Socket? _socket = (inner as NetworkStream)?.Socket;
    private volatile CancellationTokenSource? _pending;
    private volatile bool _isAnswered;
    private volatile bool _isRefused;
    private Task _readable = Task.CompletedTask;
    private bool _isHead;

    /// <summary>True when the rest of a request's body was dropped: no other request may follow on this connection.</summary>
    public bool IsRefused => _isRefused;

    /// <summary>Bytes that came and nobody has read; 0 under TLS, where they are not to be seen.</summary>
    public int Available => _socket?.Available ?? 0;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>What is written next begins a request. Should that fail nothing was taken, and the client above may choose another connection.</summary>
    public void BeginRequest() => (_isHead, _isAnswered) = (true, false);

    /// <summary>A final answer was read: what is still to be written of the request's body, if anything, is not wanted unless the status says success.</summary>
    public void Answered(int status)
    {
        if (EarlyAnswer.Refuses(status))
        {
            _isAnswered = true;
            Cancel(_pending);
        }
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isHead)
        {
            _isHead = false;
            return _isRefused ? throw new IOException("the upstream still waits for the rest of another request") : inner.WriteAsync(buffer, cancellationToken);
        }

        if (_isRefused || _isAnswered)
        {
            _isRefused = true;
            return default;
        }

        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = inner.WriteAsync(buffer, stop.Token);
        if (!writing.IsCompletedSuccessfully)
        {
            return WriteWatchingAsync(writing.AsTask(), stop, cancellationToken);
        }

        stop.Dispose();
        return default;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => inner.ReadAsync(buffer, offset, count, cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _isRefused ? Task.CompletedTask : inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Waits until the bytes are taken, or need not be any more. The buffer is the caller's again when it returns.</summary>
    private async ValueTask WriteWatchingAsync(Task writing, CancellationTokenSource stop, CancellationToken cancellation)
    {
        _pending = stop;
        try
        {
            if (_isAnswered || await IsRefusedMeanwhileAsync(writing).ConfigureAwait(false))
            {
                Cancel(stop);
            }

            await writing.ConfigureAwait(false);
        }
        catch (IOException)
        {
            _isRefused = true; // What the upstream said before it closed can still be read; if that is nothing, reading tells.
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            _isRefused = true;
        }
        finally
        {
            _pending = null;
            stop.Dispose();
        }
    }

    /// <summary>Looks at what comes while a write waits, and leaves it for the client above.</summary>
    private async ValueTask<bool> IsRefusedMeanwhileAsync(Task writing)
    {
        if (_socket is null)
        {
            return false;
        }

        if (_readable.IsCompleted)
        {
            _readable = inner.ReadAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
        }

        if (await Task.WhenAny(writing, _readable).ConfigureAwait(false) == writing)
        {
            return false;
        }

        try
        {
            var start = new byte[EarlyAnswer.MaxPeek];
            return _socket.Available > 0 ? EarlyAnswer.Refuses(start.AsSpan(0, _socket.Receive(start, SocketFlags.Peek))) : _readable.IsFaulted;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static void Cancel(CancellationTokenSource? stop)
    {
        try
        {
            stop?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The write was over at the same moment.
        }
    }
}
