using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;

namespace EdgeCache.Http.Fetching;

/// <summary>A piece of an answer made from a stored body: bytes of its own, or a part of the body.</summary>
internal readonly record struct StoredPart(ReadOnlyMemory<byte> Bytes, ByteRange Range)
{
    /// <summary>The whole body.</summary>
    public static StoredPart Whole(long length) => new(default, new ByteRange(0, length));
}

/// <summary>A stored body, whole or in parts. Ends its use of the entry when it is disposed.</summary>
internal sealed class StoredContent(LeaseUse use, IReadOnlyList<StoredPart> parts) : BodyContent<LeaseUse>(use)
{
    /// <inheritdoc/>
    protected override BodyStream Open(LeaseUse source) => new PartStream(source, parts);

    private sealed class PartStream(LeaseUse use, IReadOnlyList<StoredPart> parts) : BodyStream
    {
        private int _next;
        private ReadOnlyMemory<byte> _piece;
        private BodyCursor _cursor;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = 0;
            while (read < buffer.Length && (!_piece.IsEmpty || Step()))
            {
                var now = Math.Min(_piece.Length, buffer.Length - read);
                _piece.Span[..now].CopyTo(buffer.Span[read..]);
                _piece = _piece[now..];
                read += now;
            }

            return ValueTask.FromResult(read);
        }

        protected override void Dispose(bool disposing)
        {
            use.Dispose();
            base.Dispose(disposing);
        }

        private bool Step()
        {
            if (_cursor.Left > 0 && _cursor.TryRead(out _piece))
            {
                return true;
            }

            if (_next == parts.Count)
            {
                return false;
            }

            var part = parts[_next++];
            _piece = part.Bytes;
            _cursor = part.Range.Length > 0 ? use.Lease.Body(part.Range.First, part.Range.Length) : default;
            return !_piece.IsEmpty || Step();
        }
    }
}
