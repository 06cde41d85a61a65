using System.Text;

namespace EdgeCache.Dns.Wire;

/// <summary>Writes an OPT record, RFC 6891 §6.1: begin, options, end. The caller counts it in the header.</summary>
internal struct EdnsWriter
{
    /// <summary>An OPT record without options.</summary>
    public const int BareLength = 11;

    private int _lengthAt;

    /// <summary>Begins the record; false when there is no room for it.</summary>
    public static bool TryBegin(
        ref WireWriter writer, out EdnsWriter edns, Rcode rcode = Rcode.NoError, bool dnssecOk = false, ushort udpPayload = WireLimits.MaxUdpPayload)
    {
        edns = default;
        if (writer.Remaining < BareLength)
        {
            return false;
        }

        uint flags = ((uint)rcode >> 4 << 24) | (dnssecOk ? 0x8000u : 0);
        bool written = writer.TryWriteByte(0)
            && writer.TryWriteUInt16((ushort)RecordType.OPT)
            && writer.TryWriteUInt16(udpPayload)
            && writer.TryWriteUInt32(flags)
            && writer.TryWriteUInt16(0);
        edns._lengthAt = writer.Position - sizeof(ushort);
        return written;
    }

    /// <summary>Adds an option if it fits; options are never worth truncating an answer for.</summary>
    public static bool TryWriteOption(scoped ref WireWriter writer, EdnsOptionCode code, scoped ReadOnlySpan<byte> data, scoped ReadOnlySpan<byte> more = default)
    {
        int length = data.Length + more.Length;
        if (writer.Remaining < length + 4)
        {
            return false;
        }

        return writer.TryWriteUInt16((ushort)code) && writer.TryWriteUInt16((ushort)length)
            && writer.TryWriteBytes(data) && writer.TryWriteBytes(more);
    }

    /// <summary>An extended error with a short text, RFC 8914 §2.</summary>
    public static bool TryWriteError(scoped ref WireWriter writer, ExtendedError error, string text = "")
    {
        Span<byte> data = stackalloc byte[2 + 255];
        data[0] = (byte)((ushort)error >> 8);
        data[1] = (byte)((ushort)error & 0xFF);
        Encoding.UTF8.TryGetBytes(text, data[2..], out int length);
        return TryWriteOption(ref writer, EdnsOptionCode.ExtendedError, data[..(length + 2)]);
    }

    public readonly void End(scoped ref WireWriter writer) =>
        writer.Patch(_lengthAt, (ushort)(writer.Position - _lengthAt - sizeof(ushort)));
}
