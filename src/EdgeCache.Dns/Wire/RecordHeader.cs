namespace EdgeCache.Dns.Wire;

/// <summary>What stands before the data of a record in a message, RFC 1035 §4.1.3, with offsets into that message.</summary>
internal readonly record struct RecordHeader
{
    public int NameOffset { get; init; }

    public RecordType Type { get; init; }

    public RecordClass Class { get; init; }

    /// <summary>As it stands; in an OPT record it is no time (RFC 6891 §6.1.3).</summary>
    public uint RawTtl { get; init; }

    public int DataOffset { get; init; }

    public int DataLength { get; init; }

    /// <summary>Seconds; values with the high bit set count as zero, RFC 2181 §8.</summary>
    public uint Ttl => RawTtl > WireLimits.MaxTtl ? 0 : RawTtl;

    /// <summary>Reads a whole record and leaves the reader behind its data. The owner's pointers are not followed.</summary>
    public static bool TryRead(scoped ref WireReader reader, out RecordHeader record)
    {
        WireReader at = reader;
        record = default;
        int name = at.Position;
        if (!at.TrySkipName()
            || !at.TryReadUInt16(out ushort type)
            || !at.TryReadUInt16(out ushort @class)
            || !at.TryReadUInt32(out uint ttl)
            || !at.TryReadUInt16(out ushort length))
        {
            return false;
        }

        int data = at.Position;
        if (!at.TryReadBytes(length, out _))
        {
            return false;
        }

        record = new RecordHeader
        {
            NameOffset = name,
            Type = (RecordType)type,
            Class = (RecordClass)@class,
            RawTtl = ttl,
            DataOffset = data,
            DataLength = length,
        };
        reader = at;
        return true;
    }
}
