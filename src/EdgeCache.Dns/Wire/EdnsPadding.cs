using System.Buffers.Binary;

namespace EdgeCache.Dns.Wire;

/// <summary>
/// Makes replies to padded queries of a length that does not tell which reply it is (RFC 7830 §4), for transports that are encrypted in front of us. Pure.
/// </summary>
internal static class EdnsPadding
{
    /// <summary>Replies are a multiple of this long, octets (RFC 8467 §4.1).</summary>
    public const int BlockLength = 468;

    private const int OptionHeader = 4;

    /// <summary>The reply padded; the reply itself when its query was not, when there is no OPT record at its end, or when it would be too long.</summary>
    public static byte[] Pad(ReadOnlySpan<byte> query, byte[] reply)
    {
        if (!QueryMessage.Parse(query).Edns.TryGetOption(EdnsOptionCode.Padding, out _) || !TryFindOpt(reply, out RecordHeader opt))
        {
            return reply;
        }

        int length = (reply.Length + OptionHeader + BlockLength - 1) / BlockLength * BlockLength;
        if (length > WireLimits.MaxMessage)
        {
            return reply;
        }

        byte[] padded = new byte[length];
        reply.CopyTo(padded, 0);
        int added = length - reply.Length;
        BinaryPrimitives.WriteUInt16BigEndian(padded.AsSpan(opt.DataOffset - sizeof(ushort)), (ushort)(opt.DataLength + added));
        BinaryPrimitives.WriteUInt16BigEndian(padded.AsSpan(reply.Length), (ushort)EdnsOptionCode.Padding);
        BinaryPrimitives.WriteUInt16BigEndian(padded.AsSpan(reply.Length + sizeof(ushort)), (ushort)(added - OptionHeader));
        return padded;
    }

    /// <summary>The OPT record, if it is the last of a well-formed message and not padded yet.</summary>
    private static bool TryFindOpt(ReadOnlySpan<byte> message, out RecordHeader opt)
    {
        opt = default;
        if (!Header.TryRead(message, out Header header))
        {
            return false;
        }

        var reader = new WireReader(message, WireLimits.HeaderLength);
        for (int i = 0; i < header.QuestionCount; i++)
        {
            if (!Question.TryRead(ref reader, out _))
            {
                return false;
            }
        }

        for (int i = header.AnswerCount + header.AuthorityCount + header.AdditionalCount; i > 0; i--)
        {
            if (!RecordHeader.TryRead(ref reader, out opt))
            {
                return false;
            }
        }

        return opt.Type == RecordType.OPT && reader.AtEnd && Edns.TryRead(message, opt, out Edns edns) && !edns.TryGetOption(EdnsOptionCode.Padding, out _);
    }
}
