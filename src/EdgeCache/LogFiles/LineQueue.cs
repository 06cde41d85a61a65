namespace EdgeCache.LogFiles;

/// <summary>
/// Lines on their way to a file, in two buffers of a fixed size: one is filled while the other is written. What finds no room is counted and gone: an answer never waits for its log. Many writers, one reader.
/// </summary>
internal sealed class LineQueue(int capacity)
{
    private readonly Lock _lock = new();
    private byte[] _filling = new byte[capacity];
    private byte[] _written = new byte[capacity];
    private int _length;
    private int _lines;
    private long _dropped;

    /// <summary>Lines that found no room.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Adds a line; false when there is no room. <paramref name="isHalfFull"/>: it is time to write.</summary>
    public bool TryAdd(ReadOnlySpan<byte> line, out bool isHalfFull)
    {
        lock (_lock)
        {
            if (!line.TryCopyTo(_filling.AsSpan(_length)))
            {
                _dropped++;
                isHalfFull = true;
                return false;
            }

            var before = _length;
            _length += line.Length;
            _lines++;
            isHalfFull = before < capacity / 2 && _length >= capacity / 2;
            return true;
        }
    }

    /// <summary>What has come since; its memory is good until the next call.</summary>
    public ReadOnlyMemory<byte> Take(out int lines)
    {
        lock (_lock)
        {
            (_filling, _written) = (_written, _filling);
            var taken = _written.AsMemory(0, _length);
            lines = _lines;
            _length = _lines = 0;
            return taken;
        }
    }
}
