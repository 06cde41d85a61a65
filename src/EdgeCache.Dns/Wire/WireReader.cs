using System.Buffers.Binary;

namespace EdgeCache.Dns.Wire;

/// <summary>
/// Reads a message from the front. A method that returns false read short or malformed input and left the position where it was; none throws,
/// whatever the octets are.
/// </summary>
internal ref struct WireReader
{
    private readonly ReadOnlySpan<byte> _message;

    public WireReader(ReadOnlySpan<byte> message, int position = 0)
    {
        _message = message;
        Position = Math.Clamp(position, 0, message.Length);
    }

    public int Position { get; private set; }

    public readonly int Remaining => _message.Length - Position;

    public readonly bool AtEnd => Remaining == 0;

    public readonly ReadOnlySpan<byte> Message => _message;

    public bool TryReadByte(out byte value)
    {
        value = 0;
        if (Remaining < 1)
        {
            return false;
        }

        value = _message[Position++];
        return true;
    }

    public bool TryReadUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_message[Position..], out value))
        {
            return false;
        }

        Position += sizeof(ushort);
        return true;
    }

    public bool TryReadUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_message[Position..], out value))
        {
            return false;
        }

        Position += sizeof(uint);
        return true;
    }

    /// <summary>The 48-bit time of a TSIG record, RFC 8945 §4.2.</summary>
    public bool TryReadUInt48(out ulong value)
    {
        value = 0;
        if (Remaining < 6)
        {
            return false;
        }

        value = ((ulong)BinaryPrimitives.ReadUInt16BigEndian(_message[Position..]) << 32)
            | BinaryPrimitives.ReadUInt32BigEndian(_message[(Position + 2)..]);
        Position += 6;
        return true;
    }

    public bool TryReadBytes(int count, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (count < 0 || Remaining < count)
        {
            return false;
        }

        value = _message.Slice(Position, count);
        Position += count;
        return true;
    }

    /// <summary>
    /// Reads a name and expands its pointers. Each pointer must lead in front of everything this name has visited so far, so that reading ends
    /// (RFC 1035 §4.1.4: "a prior occurrence"); labels of other kinds than 00 and 11 are malformed (RFC 6891 §5).
    /// </summary>
    public bool TryReadName(scoped Span<byte> destination, out int length)
    {
        length = 0;
        int at = Position;
        int lowest = at;
        int end = -1;
        int written = 0;
        for (int jumps = 0; ;)
        {
            if (at >= _message.Length)
            {
                return false;
            }

            byte octet = _message[at];
            if (octet == 0)
            {
                if (written >= destination.Length || written >= WireLimits.MaxName)
                {
                    return false;
                }

                destination[written] = 0;
                length = written + 1;
                Position = end < 0 ? at + 1 : end;
                return true;
            }

            if (octet <= WireLimits.MaxLabel)
            {
                int next = written + octet + 1;
                if (at + octet >= _message.Length || next >= WireLimits.MaxName || next >= destination.Length)
                {
                    return false;
                }

                _message.Slice(at, octet + 1).CopyTo(destination[written..]);
                written = next;
                at += octet + 1;
                continue;
            }

            if (!TryFollow(ref at, ref lowest, ref end, ref jumps))
            {
                return false;
            }
        }
    }

    public bool TryReadName(out DomainName name)
    {
        Span<byte> octets = stackalloc byte[WireLimits.MaxName];
        bool read = TryReadName(octets, out int length);
        name = read ? DomainName.FromWire(octets[..length]) : default;
        return read;
    }

    /// <summary>Passes over a name and makes sure that it is one, pointers and all.</summary>
    public bool TryPassName()
    {
        Span<byte> octets = stackalloc byte[WireLimits.MaxName];
        return TryReadName(octets, out _);
    }

    /// <summary>Passes over a name without following its pointer; a name that only its target makes malformed passes.</summary>
    public bool TrySkipName()
    {
        int length = 0;
        for (int at = Position; at < _message.Length;)
        {
            byte octet = _message[at];
            if (octet == 0 || octet >= 0xC0)
            {
                int next = at + (octet == 0 ? 1 : 2);
                if (next > _message.Length)
                {
                    return false;
                }

                Position = next;
                return true;
            }

            length += octet + 1;
            if (octet > WireLimits.MaxLabel || length >= WireLimits.MaxName)
            {
                return false;
            }

            at += octet + 1;
        }

        return false;
    }

    private readonly bool TryFollow(ref int at, ref int lowest, ref int end, ref int jumps)
    {
        if ((_message[at] & 0xC0) != 0xC0 || at + 1 >= _message.Length || ++jumps > WireLimits.MaxPointers)
        {
            return false;
        }

        int target = ((_message[at] & 0x3F) << 8) | _message[at + 1];
        if (target >= lowest || target < WireLimits.HeaderLength)
        {
            return false;
        }

        end = end < 0 ? at + 2 : end;
        lowest = target;
        at = target;
        return true;
    }
}
