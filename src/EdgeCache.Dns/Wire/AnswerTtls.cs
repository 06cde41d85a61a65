using System.Buffers.Binary;

namespace EdgeCache.Dns.Wire;

/// <summary>The TTLs of a message that is being made. Pure.</summary>
internal static class AnswerTtls
{
    /// <summary>
    /// Lowers the TTL of every record from <paramref name="first"/> on to <paramref name="limit"/> seconds; <paramref name="message"/> ends before its OPT record, whose TTL is none. What cannot be read is left as it is.
    /// </summary>
    public static void Limit(Span<byte> message, int first, uint limit)
    {
        var reader = new WireReader(message, first);
        while (RecordHeader.TryRead(ref reader, out RecordHeader record))
        {
            if (record.Ttl > limit)
            {
                // Type, class, TTL and length stand right before the data.
                BinaryPrimitives.WriteUInt32BigEndian(message[(record.DataOffset - sizeof(ushort) - sizeof(uint))..], limit);
            }
        }
    }
}
