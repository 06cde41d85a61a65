using System.Buffers.Binary;
using EdgeCache.Dns.Data.Fields;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Types;

/// <summary>RFC 1035 §3.3.13: primary, mailbox, serial, refresh, retry, expire and the TTL of negative answers (RFC 2308 §4).</summary>
internal static class SoaData
{
    public static readonly RdataFormat Format = new(
        RecordType.SOA,
        new NameField("the primary server", compress: true),
        new NameField("the mailbox", compress: true),
        new NumberField(4, "serial"),
        new PeriodField("refresh"),
        new PeriodField("retry"),
        new PeriodField("expire"),
        new PeriodField("minimum"));

    /// <summary>The fixed part behind the two names.</summary>
    private const int Numbers = 20;

    public static uint SerialOf(ReadOnlySpan<byte> stored) => BinaryPrimitives.ReadUInt32BigEndian(stored[^Numbers..]);

    public static uint MinimumOf(ReadOnlySpan<byte> stored) => BinaryPrimitives.ReadUInt32BigEndian(stored[^4..]);

    public static byte[] WithSerial(ReadOnlySpan<byte> stored, uint serial)
    {
        byte[] copy = stored.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(copy.Length - Numbers), serial);
        return copy;
    }
}
