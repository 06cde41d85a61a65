using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority.Tsig;

/// <summary>A TSIG record of a message, RFC 8945 §4.2.</summary>
internal readonly ref struct TsigRecord
{
    public DomainName KeyName { get; private init; }

    public DomainName Algorithm { get; private init; }

    public ulong TimeSigned { get; private init; }

    public ushort Fudge { get; private init; }

    public ReadOnlySpan<byte> Mac { get; private init; }

    public ushort OriginalId { get; private init; }

    public ushort Error { get; private init; }

    public ReadOnlySpan<byte> Other { get; private init; }

    /// <summary>False: a format error, RFC 8945 §5.2.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, int offset, out TsigRecord record)
    {
        record = default;
        var reader = new WireReader(message, offset);
        if (!reader.TryReadName(out DomainName key)
            || !reader.TryReadUInt16(out ushort type)
            || !reader.TryReadUInt16(out ushort @class)
            || !reader.TryReadUInt32(out uint ttl)
            || !reader.TryReadUInt16(out ushort length))
        {
            return false;
        }

        int end = reader.Position + length;
        if (type != (ushort)RecordType.TSIG || @class != (ushort)RecordClass.Any || ttl != 0 || end != message.Length
            || !reader.TryReadName(out DomainName algorithm)
            || !reader.TryReadUInt48(out ulong time)
            || !reader.TryReadUInt16(out ushort fudge)
            || !reader.TryReadUInt16(out ushort macLength)
            || !reader.TryReadBytes(macLength, out ReadOnlySpan<byte> mac)
            || !reader.TryReadUInt16(out ushort id)
            || !reader.TryReadUInt16(out ushort error)
            || !reader.TryReadUInt16(out ushort otherLength)
            || !reader.TryReadBytes(otherLength, out ReadOnlySpan<byte> other)
            || !reader.AtEnd)
        {
            return false;
        }

        record = new TsigRecord
        {
            KeyName = key,
            Algorithm = algorithm,
            TimeSigned = time,
            Fudge = fudge,
            Mac = mac,
            OriginalId = id,
            Error = error,
            Other = other,
        };
        return true;
    }
}
