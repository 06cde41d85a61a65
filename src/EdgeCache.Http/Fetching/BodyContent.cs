using System.Net;

namespace EdgeCache.Http.Fetching;

/// <summary>A body of ours in a response message, of a length that only the head tells. What it reads from ends when it is disposed.</summary>
/// <param name="source">What it reads from.</param>
internal abstract class BodyContent<T>(T source) : HttpContent
    where T : IDisposable
{
    /// <summary>Opens the body; it is read once.</summary>
    protected abstract BodyStream Open(T source);

    /// <inheritdoc/>
    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(Open(source));

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var body = Open(source);
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
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
