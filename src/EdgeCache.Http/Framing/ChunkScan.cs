namespace EdgeCache.Http.Framing;

/// <summary>
/// Follows a chunked body byte by byte to its end (RFC 9112 §7.1), so that the guard knows where the next head begins, and refuses what readers disagree about: sizes
/// that are not plain hexadecimal, lone line feeds, long extensions and trailers. <c>default</c> stands before the first chunk.
/// </summary>
internal struct ChunkScan
{
    /// <summary>Most hexadecimal digits of a size, as many as the server takes: no overflow is possible, and nothing goes on that it would refuse later.</summary>
    public const int MaxSizeDigits = 8;

    /// <summary>Longest extension of a chunk, and longest trailer section.</summary>
    public const int MaxExtension = 8 * 1024;

    private State _state;
    private int _digits;
    private int _length;
    private long _left;

    private enum State : byte
    {
        Size,
        Extension,
        SizeEnd,
        Data,
        DataCr,
        DataLf,
        TrailerStart,
        Trailer,
        TrailerEnd,
        LastEnd,
        Done,
    }

    /// <summary>True when the body is over.</summary>
    public readonly bool IsDone => _state == State.Done;

    /// <summary>Reads on; <paramref name="used"/> says how many bytes belong to the body. False when it is malformed.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, out int used)
    {
        used = 0;
        while (used < bytes.Length && _state != State.Done)
        {
            if (_state == State.Data)
            {
                var now = (int)Math.Min(_left, bytes.Length - used);
                _left -= now;
                used += now;
                _state = _left == 0 ? State.DataCr : State.Data;
            }
            else if (!Step(bytes[used++]))
            {
                return false;
            }
        }

        return true;
    }

    private bool Step(byte b) => _state switch
    {
        State.Size => OnSize(b),
        State.Extension => b == '\r' ? Go(State.SizeEnd) : IsText(b) && ++_length <= MaxExtension,
        State.SizeEnd => b == '\n' && Go(_left > 0 ? State.Data : State.TrailerStart),
        State.DataCr => b == '\r' && Go(State.DataLf),
        State.DataLf => b == '\n' && Begin(),
        State.TrailerStart => b == '\r' ? Go(State.LastEnd) : IsText(b) && b is not ((byte)' ' or (byte)'\t') && ++_length <= MaxExtension && Go(State.Trailer),
        State.Trailer => b == '\r' ? Go(State.TrailerEnd) : IsText(b) && ++_length <= MaxExtension,
        State.TrailerEnd => b == '\n' && Go(State.TrailerStart),
        State.LastEnd => b == '\n' && Go(State.Done),
        _ => false,
    };

    private bool OnSize(byte b)
    {
        if (char.IsAsciiHexDigit((char)b))
        {
            _left = (_left << 4) + (b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10);
            return ++_digits <= MaxSizeDigits;
        }

        return _digits > 0 && (b == '\r' ? Go(State.SizeEnd) : b == ';' && Go(State.Extension));
    }

    private bool Begin()
    {
        (_digits, _length, _left) = (0, 0, 0);
        return Go(State.Size);
    }

    private bool Go(State next)
    {
        _state = next;
        return true;
    }

    private static bool IsText(byte b) => b is (byte)'\t' or (>= 0x20 and not 0x7f);
}
