using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Storage.Heads;

/// <summary>Walks the header lines of a stored head without allocating. Valid while the lease is held.</summary>
internal ref struct HeadLines
{
    private readonly SharedLines _shared;
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _value;
    private DateText _date;
    private bool _isDate;

    /// <summary>Walks lines written by <see cref="LineWriter"/>.</summary>
    public HeadLines(ReadOnlySpan<byte> lines, SharedLines shared)
    {
        _rest = lines;
        _shared = shared;
    }

    /// <summary>Name as it was received.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Value, until the next step; Latin-1 unless <see cref="IsUtf8"/>.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Value => _isDate ? _date : _value;

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
        _isDate = false;
        switch (Token)
        {
            case HeaderNames.Shared:
                Refer(_shared[BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)))]);
                return true;
            case HeaderNames.Dated:
                Token = Take(1)[0];
                Name = HeaderNames.Bytes(Token);
                IsUtf8 = false;
                _isDate = HttpDate.TryFormat(BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint))), _date);
                return true;
            default:
                Name = Token == HeaderNames.Literal ? Take((int)Number()) : HeaderNames.Bytes(Token);
                var length = Number();
                IsUtf8 = (length & 1) != 0;
                _value = Take((int)(length >> 1));
                return true;
        }
    }

    private void Refer(SharedLine line)
    {
        Token = line.Token;
        Name = line.Name;
        IsUtf8 = line.IsUtf8;
        _value = line.Value;
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

    [InlineArray(HttpDate.Length)]
    private struct DateText
    {
        private byte _first;
    }
}
