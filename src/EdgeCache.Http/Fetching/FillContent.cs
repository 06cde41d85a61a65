using System.Net;
using EdgeCache.Http.Storage.Fills;

namespace EdgeCache.Http.Fetching;

/// <summary>A body that a fill still streams.</summary>
internal sealed class FillContent(FillReader reader) : HttpContent
{
    /// <inheritdoc/>
    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new FillStream(reader));

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var body = new FillStream(reader);
        await body.CopyToAsync(stream).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            reader.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>Reads a fill at the client's pace; a body that broke off is an error, never an end.</summary>
internal sealed class FillStream(FillReader reader) : BodyStream
{
    private ReadOnlyMemory<byte> _rest;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.State == FillReadState.Failed)
            {
                throw new IOException("the upstream's answer broke off");
            }

            _rest = read.Data;
        }

        var now = Math.Min(_rest.Length, buffer.Length);
        _rest.Span[..now].CopyTo(buffer.Span);
        _rest = _rest[now..];
        return now;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        reader.Dispose();
        base.Dispose(disposing);
    }
}
