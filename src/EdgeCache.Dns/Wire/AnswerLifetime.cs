using System.Buffers.Binary;

namespace EdgeCache.Dns.Wire;

/// <summary>For how long an answer as a whole may be used again (RFC 8484 §5.1). Pure.</summary>
internal static class AnswerLifetime
{
    /// <summary>
    /// Seconds: the lowest TTL of the answer section; without one, what the SOA says of a negative answer (RFC 2308 §5). Null when neither is there, for
    /// codes that are no statement about the name, for what was cut, and for what is malformed.
    /// </summary>
    public static uint? Of(ReadOnlySpan<byte> message)
    {
        if (!Header.TryRead(message, out Header header) || header.Truncated || header.Rcode is not (Rcode.NoError or Rcode.NxDomain))
        {
            return null;
        }

        var reader = new WireReader(message, WireLimits.HeaderLength);
        for (int i = 0; i < header.QuestionCount; i++)
        {
            if (!reader.TrySkipName() || !reader.TryReadBytes(2 * sizeof(ushort), out _))
            {
                return null;
            }
        }

        uint? lowest = null;
        bool isNegative = header.Rcode == Rcode.NxDomain || header.AnswerCount == 0;
        for (int i = 0; i < header.AnswerCount + header.AuthorityCount; i++)
        {
            if (!RecordHeader.TryRead(ref reader, out RecordHeader record))
            {
                return null;
            }

            uint? ttl = i < header.AnswerCount ? record.Ttl : isNegative && record.Type == RecordType.SOA ? NegativeTtl(message, record) : null;
            lowest = ttl < (lowest ?? uint.MaxValue) ? ttl : lowest;
        }

        return lowest;
    }

    /// <summary>The SOA's last field, at the end of its data, or its TTL if that is lower.</summary>
    private static uint NegativeTtl(ReadOnlySpan<byte> message, RecordHeader soa) => soa.DataLength < sizeof(uint)
        ? 0
        : Math.Min(soa.Ttl, BinaryPrimitives.ReadUInt32BigEndian(message[(soa.DataOffset + soa.DataLength - sizeof(uint))..]));
}
