namespace EdgeCache.Http.Storage.Heads;

/// <summary>Walks the header lines of a stored head without allocating. Valid while the lease is held.</summary>
internal ref struct HeadLines
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Walks lines written by <see cref="LineWriter"/>.</summary>
    public HeadLines(ReadOnlySpan<byte> lines) => _rest = lines;

    /// <summary>Name as it was received.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Value; Latin-1 unless <see cref="IsUtf8"/>.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>True when the value has characters that Latin-1 lacks.</summary>
    public bool IsUtf8 { get; private set; }

    /// <summary>The name's byte, or <see cref="HeaderNames.Literal"/>.</summary>
    public byte Token { get; private set; }

    /// <summary>This walk, for <c>foreach</c>.</summary>
    public readonly HeadLines Current => this;

    /// <summary>For <c>foreach</c>.</summary>
    public readonly HeadLines GetEnumerator() => this;

    /// <summary>Moves to the next line; false after the last.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        Token = _rest[0];
        _rest = _rest[1..];
        Name = Token == HeaderNames.Literal ? Take((int)Number()) : HeaderNames.Bytes(Token);
        var length = Number();
        IsUtf8 = (length & 1) != 0;
        Value = Take((int)(length >> 1));
        return true;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private uint Number()
    {
        uint number = 0;
        var shift = 0;
        for (var i = 0; ; i++, shift += 7)
        {
            number |= (uint)(_rest[i] & 0x7F) << shift;
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return number;
            }
        }
    }
}
