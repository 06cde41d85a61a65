using EdgeCache.Zones.Log;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Admin;

/// <summary>The body of a batch while it is read: one that is long enough for a whole zone becomes objects that stay, so they are collected a little at a time (<see cref="WholeZonePace"/>).</summary>
internal sealed class PacedBody(Stream body) : Stream
{
    /// <summary>Bytes that any batch may have.</summary>
    private const long Usual = 256 << 10;

    private long _read;
    private WholeZonePace? _pace;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Puts it in front of the bodies of batches.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path.Value?.EndsWith("/batch", StringComparison.Ordinal) == true)
        {
            context.Request.Body = new PacedBody(context.Request.Body);
        }

        return next(context);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read >= Usual)
        {
            _pace ??= WholeZonePace.For(int.MaxValue);
            _pace?.Step();
        }

        var count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _read += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
