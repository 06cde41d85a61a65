using EdgeCache.Http.Storage.Slabs;

namespace EdgeCache.Http.Storage;

/// <summary>Walks a part of a stored body, chunk by chunk, where it lies. Valid while the lease is held. A mutable struct: do not copy it.</summary>
internal unsafe struct BodyCursor
{
    private readonly SlabArena _arena;
    private uint _chunk;
    private readonly bool _isInHead;
    private int _offset;
    private long _left;

    /// <summary>Stands at <paramref name="start"/> of a body of <paramref name="whole"/> bytes that lies in the block of its head at <paramref name="offset"/>.</summary>
    public BodyCursor(SlabArena arena, uint head, int offset, int whole, long start, long length)
    {
        _arena = arena;
        _chunk = head;
        _isInHead = true;
        start = Math.Clamp(start, 0, whole);
        _offset = offset + (int)start;
        _left = Math.Clamp(length, 0, whole - start);
    }

    /// <summary>Stands at <paramref name="start"/> and ends after <paramref name="length"/> bytes, or at the end of the body.</summary>
    public BodyCursor(SlabArena arena, uint body, long start, long length)
    {
        _arena = arena;
        _chunk = body;
        _offset = BodyHeader.Bytes;
        if (body == 0)
        {
            return;
        }

        var whole = arena.Body(body)->Length;
        start = Math.Clamp(start, 0, whole);
        _left = Math.Clamp(length, 0, whole - start);
        while (_left > 0 && start >= arena.Chunk(_chunk)->Used - _offset)
        {
            start -= arena.Chunk(_chunk)->Used - _offset;
            _chunk = arena.Chunk(_chunk)->Next;
            _offset = ChunkHeader.Bytes;
        }

        _offset += (int)start;
    }

    /// <summary>Bytes not read yet.</summary>
    public readonly long Left => _left;

    /// <summary>The next piece as memory, for writers that keep it beyond the call; false at the end.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> piece)
    {
        if (_left == 0)
        {
            piece = default;
            return false;
        }

        piece = _arena.Memory(_chunk, _offset, Length());
        Step(piece.Length);
        return true;
    }

    /// <summary>The next piece as a span; false at the end.</summary>
    public bool TryReadSpan(out ReadOnlySpan<byte> piece)
    {
        if (_left == 0)
        {
            piece = default;
            return false;
        }

        piece = new(_arena.Data(_chunk) + _offset, Length());
        Step(piece.Length);
        return true;
    }

    private readonly int Length() => _isInHead ? (int)_left : (int)Math.Min(_arena.Chunk(_chunk)->Used - _offset, _left);

    private void Step(int length)
    {
        _left -= length;
        if (_left > 0)
        {
            _chunk = _arena.Chunk(_chunk)->Next;
            _offset = ChunkHeader.Bytes;
        }
    }
}
