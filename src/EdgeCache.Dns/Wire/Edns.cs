namespace EdgeCache.Dns.Wire;

/// <summary>The OPT record of a message, RFC 6891 §6.1. The default means: no EDNS.</summary>
internal readonly ref struct Edns
{
    private const uint DnssecOkBit = 0x8000;

    public bool IsPresent { get; private init; }

    /// <summary>What the sender says it can receive over UDP, as it stands.</summary>
    public ushort UdpPayload { get; private init; }

    /// <summary>The upper eight bits of the response code.</summary>
    public byte ExtendedRcode { get; private init; }

    public byte Version { get; private init; }

    public bool DnssecOk { get; private init; }

    /// <summary>The options as they stand: well-formed code, length and data triples.</summary>
    public ReadOnlySpan<byte> Options { get; private init; }

    /// <summary>The largest UDP answer the sender takes and we are willing to send; RFC 6891 §6.2.3: values below 512 count as 512.</summary>
    public int UdpLimit =>
        IsPresent ? Math.Clamp((int)UdpPayload, WireLimits.MinUdpPayload, WireLimits.MaxUdpPayload) : WireLimits.MinUdpPayload;

    /// <summary>False when the owner is not the root or the options do not add up (RFC 6891 §6.1.2): a format error.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, RecordHeader record, out Edns edns)
    {
        edns = default;
        ReadOnlySpan<byte> options = message.Slice(record.DataOffset, record.DataLength);
        if (record.Type != RecordType.OPT || message[record.NameOffset] != 0 || !AreWellFormed(options))
        {
            return false;
        }

        edns = new Edns
        {
            IsPresent = true,
            UdpPayload = (ushort)record.Class,
            ExtendedRcode = (byte)(record.RawTtl >> 24),
            Version = (byte)((record.RawTtl >> 16) & 0xFF),
            DnssecOk = (record.RawTtl & DnssecOkBit) != 0,
            Options = options,
        };
        return true;
    }

    /// <summary>The first option of that code.</summary>
    public bool TryGetOption(EdnsOptionCode code, out ReadOnlySpan<byte> data)
    {
        var reader = new WireReader(Options);
        for (int i = 0; i < WireLimits.MaxEdnsOptions && TryReadOption(ref reader, out EdnsOptionCode found, out data); i++)
        {
            if (found == code)
            {
                return true;
            }
        }

        data = default;
        return false;
    }

    /// <summary>Reads one option; start with a reader over <see cref="Options"/>.</summary>
    public static bool TryReadOption(scoped ref WireReader reader, out EdnsOptionCode code, out ReadOnlySpan<byte> data)
    {
        WireReader at = reader;
        code = default;
        data = default;
        if (!at.TryReadUInt16(out ushort number) || !at.TryReadUInt16(out ushort length) || !at.TryReadBytes(length, out data))
        {
            return false;
        }

        code = (EdnsOptionCode)number;
        reader = at;
        return true;
    }

    private static bool AreWellFormed(ReadOnlySpan<byte> options)
    {
        var reader = new WireReader(options);
        while (TryReadOption(ref reader, out _, out _))
        {
        }

        return reader.AtEnd;
    }
}
