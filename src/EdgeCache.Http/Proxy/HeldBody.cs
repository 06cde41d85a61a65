using EdgeCache.Http.Fetching;
using EdgeCache.Http.HitPath;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeCache.Http.Proxy;

/// <summary>
/// An HTTP/2 response's stream that writes in pieces of <see cref="HitLimits.PieceBytes"/> and, while one waits for the client's window, counts what is held for it with
/// <see cref="HeldAnswers"/>: the piece, and the buffer of whoever copies. One writer at a time.
/// </summary>
internal sealed class HeldBody(Stream inner, HeldAnswers held, IHttpRequestLifetimeFeature request) : ForwardStream
{
    /// <summary>The proxy copies by buffers of this size.</summary>
    private const int CopyBuffer = 64 * 1024;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>Puts one in front of the body of an HTTP/2 answer.</summary>
    public static void Under(HttpContext context, EdgeNode node)
    {
        if (HttpProtocol.IsHttp2(context.Request.Protocol) && context.Features.Get<IHttpResponseBodyFeature>() is { } body && context.Features.Get<IHttpRequestLifetimeFeature>() is { } request)
        {
            context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new HeldBody(body.Stream, node.Held, request), body));
        }
    }

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        do
        {
            var piece = buffer[..Math.Min(HitLimits.PieceBytes, buffer.Length)];
            buffer = buffer[piece.Length..];
            var writing = inner.WriteAsync(piece, cancellationToken);
            if (writing.IsCompletedSuccessfully)
            {
                await writing.ConfigureAwait(false);
                continue;
            }

            var waiting = held.Enter(request, piece.Length + CopyBuffer);
            try
            {
                await writing.ConfigureAwait(false);
            }
            finally
            {
                held.Leave(waiting);
            }
        }
        while (!buffer.IsEmpty);
    }
}
