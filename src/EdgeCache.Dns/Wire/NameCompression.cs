namespace EdgeCache.Dns.Wire;

/// <summary>
/// Where suffixes of names stand in a message being written (RFC 1035 §4.1.4). A bounded hash table of offsets over memory of the caller: a suffix that
/// finds no room is written in full, which is always legal. Suffixes match octet for octet, so that the case of every name survives.
/// </summary>
internal readonly ref struct NameCompression
{
    /// <summary>A good size for one message.</summary>
    public const int Slots = 128;

    private const int Probes = 4;
    private readonly Span<ushort> _slots;

    /// <param name="slots">A power of two of entries, cleared; empty turns compression off.</param>
    public NameCompression(Span<ushort> slots) => _slots = slots;

    public bool IsOff => _slots.IsEmpty;

    /// <summary>The offset in <paramref name="message"/> where <paramref name="suffix"/> already stands, or 0.</summary>
    public int Find(ReadOnlySpan<byte> message, ReadOnlySpan<byte> suffix)
    {
        uint hash = Hash(suffix);
        for (uint i = 0; i < Probes; i++)
        {
            int offset = _slots[Slot(hash, i)];
            if (offset == 0)
            {
                return 0;
            }

            if (Stands(message, offset, suffix))
            {
                return offset;
            }
        }

        return 0;
    }

    public void Add(int offset, ReadOnlySpan<byte> suffix)
    {
        if (offset > WireLimits.MaxPointerTarget)
        {
            return;
        }

        uint hash = Hash(suffix);
        for (uint i = 0; i < Probes; i++)
        {
            ref ushort slot = ref _slots[Slot(hash, i)];
            if (slot == 0)
            {
                slot = (ushort)offset;
                return;
            }
        }
    }

    /// <summary>Forgets what was written at or after an offset: the writer has taken it back.</summary>
    public void Truncate(int offset)
    {
        // A hole would end a probe sequence early; that only costs a repetition of a suffix.
        foreach (ref ushort slot in _slots)
        {
            if (slot >= offset)
            {
                slot = 0;
            }
        }
    }

    private static bool Stands(ReadOnlySpan<byte> message, int offset, ReadOnlySpan<byte> suffix)
    {
        // The message is our own, so its pointers go backwards; the name being written may end in the middle.
        while (offset < message.Length)
        {
            byte octet = message[offset];
            if (octet >= 0xC0)
            {
                offset = ((octet & 0x3F) << 8) | message[offset + 1];
                continue;
            }

            if (octet != suffix[0] || message.Length - offset < octet + 1)
            {
                return false;
            }

            if (octet == 0)
            {
                return true;
            }

            if (!message.Slice(offset + 1, octet).SequenceEqual(suffix.Slice(1, octet)))
            {
                return false;
            }

            offset += octet + 1;
            suffix = suffix[(octet + 1)..];
        }

        return false;
    }

    private static uint Hash(ReadOnlySpan<byte> suffix)
    {
        // FNV-1a wraps by design.
        uint hash = 2_166_136_261;
        foreach (byte octet in suffix)
        {
            hash = unchecked((hash ^ octet) * 16_777_619);
        }

        return hash;
    }

    private int Slot(uint hash, uint probe) => (int)(unchecked((hash ^ (hash >> 15)) + probe) & (uint)(_slots.Length - 1));
}
