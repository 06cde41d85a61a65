using System.Runtime.CompilerServices;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Framing;

namespace EdgeCache.Http.Interim;

/// <summary>
/// An HTTP/1.1 connection to an upstream that shows the interim responses on it, which the client above reads over (RFC 9110 §15.2), and breaks answers off that are none. An upstream
/// that took a request on a connection of its own and gave nothing is not asked again: only a connection that was used before may just have been closed meanwhile.
/// </summary>
internal sealed class InterimStream : ForwardStream
{
    private readonly UploadStream _inner;
    private readonly InterimScan _scan = new();
    private readonly AnswerGuard _guard = new();
    private readonly Action<byte[]> _found;
    private volatile InterimRelay? _relay;

    /// <summary>Makes it.</summary>
    public InterimStream(Stream inner)
    {
        _inner = new UploadStream(inner);
        _found = head => _relay?.Send(head);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _relay = InterimRelay.TakeWriting() ?? _relay;
        _scan.Begin();
        if (_guard.Begin(buffer.Span))
        {
            _inner.BeginRequest();
        }

        return _inner.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_inner.IsRefused && _guard.IsOver)
        {
            return new(0); // The upstream still waits for the rest of a body: the client above must see an end and not use it again.
        }

        var reading = _inner.ReadAsync(buffer, cancellationToken);
        return reading.IsCompletedSuccessfully ? new(Look(buffer, reading.Result)) : LookLaterAsync(reading, buffer);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously");

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Flush() => _inner.Flush();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> LookLaterAsync(ValueTask<int> reading, Memory<byte> buffer)
    {
        try
        {
            return Look(buffer, await reading.ConfigureAwait(false));
        }
        catch (IOException problem) when (_guard.IsUnansweredOnFresh)
        {
            throw new BrokenAnswerException(problem.Message, isFraming: false);
        }
    }

    private int Look(Memory<byte> buffer, int read)
    {
        if (read == 0)
        {
            return buffer.IsEmpty || !_guard.IsUnansweredOnFresh ? 0 : throw new BrokenAnswerException("the upstream closed before it answered", isFraming: false);
        }

        var wasInBody = _guard.IsInBody;
        if (!_guard.TryRead(buffer.Span[..read]) || HasSurplus(buffer.Length - read))
        {
            const string why = "the upstream's answer is malformed, or longer than it says";
            throw wasInBody ? new IOException(why) : new BrokenAnswerException(why, isFraming: true);
        }

        if (!wasInBody && _guard.IsInBody)
        {
            _inner.Answered(_guard.Status);
        }

        return _scan.TryRead(buffer.Span[..read], _found) ? read : throw new IOException("the upstream sends interim responses without end");
    }

    /// <summary>The client above reads the end of a long body into room for exactly that, so what stands behind it is still in the socket.</summary>
    private bool HasSurplus(int room) => room == 0 && _guard.IsOver && _inner.Available > 0;
}
