using EdgeCache.Http.Storage.Fills;

namespace EdgeCache.Http.Fetching;

/// <summary>A body that a fill still streams.</summary>
internal sealed class FillContent(FillReader reader) : BodyContent<FillReader>(reader)
{
    /// <inheritdoc/>
    protected override BodyStream Open(FillReader source) => new FillStream(source);
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
