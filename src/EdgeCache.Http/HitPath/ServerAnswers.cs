using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace EdgeCache.Http.HitPath;

/// <summary>
/// A connection's output on which answers that the server makes by itself (a head it cannot read, one that came too slowly: no application hears of them) get Cache-Status
/// like all others (RFC 9211 §2). What is written while the application answers goes straight on. One writer at a time.
/// </summary>
internal sealed class ServerAnswers(PipeWriter inner, HitConnection connection, string node, Action<int, string> made) : PipeWriter
{
    private ArrayBufferWriter<byte>? _own;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => inner.UnflushedBytes + (_own?.WrittenCount ?? 0);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => connection.IsAnswering ? inner.GetMemory(sizeHint) : (_own ??= new()).GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => connection.IsAnswering ? inner.GetSpan(sizeHint) : (_own ??= new()).GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (connection.IsAnswering)
        {
            inner.Advance(bytes);
        }
        else
        {
            _own?.Advance(bytes);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Release();
        return inner.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        Release();
        inner.Complete(exception);
    }

    private void Release()
    {
        if (_own is not { WrittenCount: > 0 } own)
        {
            return;
        }

        var bytes = own.WrittenSpan;
        if (StatusOf(bytes) is { } status && bytes.IndexOf((byte)'\n') is > 0 and var line)
        {
            var why = WhyOf(status);
            made(status, why);
            inner.Write(bytes[..(line + 1)]);
            inner.Write(Encoding.ASCII.GetBytes($"Cache-Control: no-store\r\nCache-Status: {node}; fwd=bypass; detail={why}\r\n"));
            bytes = bytes[(line + 1)..];
        }

        inner.Write(bytes);
        own.Clear();
    }

    private static int? StatusOf(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("HTTP/1.1 "u8) && bytes.Length > 12 && int.TryParse(bytes.Slice(9, 3), out var status) ? status : null;

    private static string WhyOf(int status) => status switch
    {
        400 => "malformed",
        405 => "method",
        408 => "timeout",
        413 => "body-too-large",
        414 => "too-long",
        431 => "head-too-large",
        505 => "version",
        _ => "server",
    };
}
