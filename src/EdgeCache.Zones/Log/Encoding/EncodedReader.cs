using System.Buffers.Binary;
using System.Text;

namespace EdgeCache.Zones.Log.Encoding;

/// <summary>
/// Reads what <see cref="EncodedWriter"/> wrote. Every read says false on short or bad input; no length is trusted before it is compared with what is left.
/// </summary>
internal ref struct EncodedReader
{
    private const int MaxVarintShift = 63;
    private ReadOnlySpan<byte> _rest;
    private string _last = "text/plain";
    private string _secondLast = "A";
    private string _thirdLast = "";

    public EncodedReader(ReadOnlySpan<byte> input) => _rest = input;

    public readonly int Left => _rest.Length;

    public bool TryOctet(out int value)
    {
        value = 0;
        if (_rest.IsEmpty)
        {
            return false;
        }

        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    public bool TryFixed32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[sizeof(uint)..];
        return true;
    }

    public bool TryFixed64(out ulong value)
    {
        if (!BinaryPrimitives.TryReadUInt64BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[sizeof(ulong)..];
        return true;
    }

    public bool TryFixed64(out long value)
    {
        var read = TryFixed64(out ulong bits);
        value = unchecked((long)bits); // the bits as they are
        return read;
    }

    /// <summary>A number that is not negative.</summary>
    public bool TryVarint(out long value)
    {
        value = 0;
        for (var shift = 0; shift < MaxVarintShift && TryOctet(out var octet); shift += 7)
        {
            value |= (long)(octet & 0x7F) << shift;
            if (octet < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A count of things of at least one octet each, so never more than is left.</summary>
    public bool TryCount(out int value)
    {
        var read = TryVarint(out var count) && count <= _rest.Length;
        value = read ? (int)count : 0;
        return read;
    }

    public bool TryBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryCount(out var length) && TryRaw(length, out value);
    }

    public bool TryRaw(int length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (length < 0 || length > _rest.Length)
        {
            return false;
        }

        value = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>Text that many records have in common: the same object for those that follow each other.</summary>
    public bool TryRepeatedText(out string value)
    {
        if (!TryBytes(out var bytes))
        {
            value = "";
            return false;
        }

        if (Ascii.Equals(bytes, _last) || Ascii.Equals(bytes, _secondLast) || Ascii.Equals(bytes, _thirdLast))
        {
            value = Ascii.Equals(bytes, _last) ? _last : Ascii.Equals(bytes, _secondLast) ? _secondLast : _thirdLast;
            return true;
        }

        value = System.Text.Encoding.UTF8.GetString(bytes);
        (_last, _secondLast, _thirdLast) = (value, _last, _secondLast);
        return true;
    }

    public bool TryText(out string value)
    {
        var read = TryBytes(out var bytes);
        value = read ? System.Text.Encoding.UTF8.GetString(bytes) : "";
        return read;
    }
}
