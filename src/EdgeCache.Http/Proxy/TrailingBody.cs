using System.Buffers;
using System.Text;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeCache.Http.Proxy;

/// <summary>
/// A response body that writes its chunks itself, since the server has no trailers on HTTP/1.1 and leaves the chunks to whoever sets Transfer-Encoding (RFC 9112 §7.1). Only for
/// clients that said <c>TE: trailers</c> (RFC 9110 §6.5.1). Unbuffered: each write is one chunk. One writer.
/// </summary>
internal sealed class TrailingBody(Stream inner) : ForwardStream, IHttpResponseTrailersFeature
{
    private const int FrameBytes = 20;

    /// <summary>What comes after the last chunk.</summary>
    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>Takes the place of the response's body.</summary>
    public static void Use(HttpContext context)
    {
        var body = context.Features.Get<IHttpResponseBodyFeature>()!; // Every server has one.
        var trailing = new TrailingBody(body.Stream);
        context.Response.Headers.TransferEncoding = "chunked";
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(trailing, body));
        context.Features.Set<IHttpResponseTrailersFeature>(trailing);
    }

    /// <summary>The last chunk and the trailers.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        var end = new StringBuilder("0\r\n");
        foreach (var field in Trailers)
        {
            foreach (var value in field.Value)
            {
                if (FieldSyntax.IsToken(field.Key) && !StoredFields.IsHopByHop(field.Key) && value is not null && !value.AsSpan().ContainsAny(UpstreamHead.Controls))
                {
                    end.Append(field.Key).Append(": ").Append(value).Append("\r\n");
                }
            }
        }

        await inner.WriteAsync(Encoding.Latin1.GetBytes(end.Append("\r\n").ToString()), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return; // An empty chunk would be the last.
        }

        var chunk = ArrayPool<byte>.Shared.Rent(buffer.Length + FrameBytes);
        try
        {
            await inner.WriteAsync(chunk.AsMemory(0, Frame(buffer.Span, chunk)), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException("flush asynchronously");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static int Frame(ReadOnlySpan<byte> data, Span<byte> chunk)
    {
        _ = data.Length.TryFormat(chunk, out var digits, "x"); // There is room for any length.
        "\r\n"u8.CopyTo(chunk[digits..]);
        data.CopyTo(chunk[(digits + 2)..]);
        "\r\n"u8.CopyTo(chunk[(digits + 2 + data.Length)..]);
        return digits + 4 + data.Length;
    }
}
