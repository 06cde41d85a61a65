using System.Buffers.Binary;

namespace EdgeCache.Dns.Wire;

/// <summary>
/// Writes a message into memory of the caller. A method that returns false found no room and left the position where it was. Offsets count from the
/// start of the buffer, which is the start of the message.
/// </summary>
internal ref struct WireWriter
{
    private readonly Span<byte> _buffer;
    private readonly NameCompression _compression;

    public WireWriter(Span<byte> buffer, NameCompression compression = default, int position = 0)
    {
        _buffer = buffer;
        _compression = compression;
        Position = position;
    }

    public int Position { get; private set; }

    public readonly int Remaining => _buffer.Length - Position;

    public readonly ReadOnlySpan<byte> Written => _buffer[..Position];

    public bool TryWriteByte(byte value)
    {
        if (Remaining < 1)
        {
            return false;
        }

        _buffer[Position++] = value;
        return true;
    }

    public bool TryWriteUInt16(ushort value)
    {
        if (!BinaryPrimitives.TryWriteUInt16BigEndian(_buffer[Position..], value))
        {
            return false;
        }

        Position += sizeof(ushort);
        return true;
    }

    public bool TryWriteUInt32(uint value)
    {
        if (!BinaryPrimitives.TryWriteUInt32BigEndian(_buffer[Position..], value))
        {
            return false;
        }

        Position += sizeof(uint);
        return true;
    }

    public bool TryWriteUInt48(ulong value)
    {
        if (Remaining < 6)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer[Position..], unchecked((ushort)(value >> 32)));
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[(Position + 2)..], unchecked((uint)value));
        Position += 6;
        return true;
    }

    public bool TryWriteBytes(scoped ReadOnlySpan<byte> value)
    {
        if (!value.TryCopyTo(_buffer[Position..]))
        {
            return false;
        }

        Position += value.Length;
        return true;
    }

    /// <summary>A well-formed name, with a pointer for the longest suffix that stands in the message octet for octet.</summary>
    public bool TryWriteName(scoped ReadOnlySpan<byte> name, bool compress = true)
    {
        if (!compress || _compression.IsOff)
        {
            return TryWriteBytes(name);
        }

        int start = Position;
        for (ReadOnlySpan<byte> rest = name; !NameBytes.IsRoot(rest); rest = NameBytes.Parent(rest))
        {
            int target = _compression.Find(Written, rest);
            if (target != 0)
            {
                return TryFinish(start, TryWriteUInt16((ushort)(WireLimits.Pointer | target)));
            }

            int at = Position;
            if (!TryWriteBytes(rest[..(rest[0] + 1)]))
            {
                return TryFinish(start, false);
            }

            _compression.Add(at, rest);
        }

        return TryFinish(start, TryWriteByte(0));
    }

    /// <summary>Tells the compression of a name that was copied into the message by other means.</summary>
    public readonly void Note(int offset, ReadOnlySpan<byte> name)
    {
        for (; !_compression.IsOff && !NameBytes.IsRoot(name); name = NameBytes.Parent(name))
        {
            _compression.Add(offset, name);
            offset += name[0] + 1;
        }
    }

    /// <summary>Sets a 16-bit field written before, such as RDLENGTH.</summary>
    public readonly void Patch(int offset, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(_buffer[offset..], value);

    /// <summary>Takes back everything from an offset on.</summary>
    public void Rewind(int position)
    {
        if (!_compression.IsOff)
        {
            _compression.Truncate(position);
        }

        Position = position;
    }

    private bool TryFinish(int start, bool written)
    {
        if (!written)
        {
            Rewind(start);
        }

        return written;
    }
}
