using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.QueryLog;

/// <summary>What became of a query, as its answer tells. The default: nothing was sent.</summary>
internal readonly record struct QueryOutcome
{
    /// <summary>Messages sent; more than one only for a transfer.</summary>
    public int Messages { get; init; }

    /// <summary>Of the first message, with the upper bits of its OPT record.</summary>
    public Rcode Rcode { get; init; }

    public bool Authoritative { get; init; }

    public bool Truncated { get; init; }

    /// <summary>Records in all answer sections.</summary>
    public int Answers { get; init; }

    /// <summary>Octets of all messages.</summary>
    public long Octets { get; init; }

    /// <summary>This with another message behind it.</summary>
    public QueryOutcome With(ReadOnlySpan<byte> message)
    {
        if (!Header.TryRead(message, out Header header))
        {
            return this;
        }

        QueryOutcome first = Messages > 0 ? this : new QueryOutcome
        {
            Rcode = (Rcode)((int)header.Rcode | UpperBits(message, header)),
            Authoritative = header.Authoritative,
            Truncated = header.Truncated,
        };
        return first with { Messages = Messages + 1, Answers = Answers + header.AnswerCount, Octets = Octets + message.Length };
    }

    private static int UpperBits(ReadOnlySpan<byte> message, Header header)
    {
        if (header.AdditionalCount == 0)
        {
            return 0;
        }

        var reader = new WireReader(message, WireLimits.HeaderLength);
        for (int i = 0; i < header.QuestionCount; i++)
        {
            if (!Question.TryRead(ref reader, out _))
            {
                return 0;
            }
        }

        for (int i = header.AnswerCount + header.AuthorityCount + header.AdditionalCount; i > 0 && RecordHeader.TryRead(ref reader, out RecordHeader record); i--)
        {
            if (record.Type == RecordType.OPT)
            {
                return (int)(record.RawTtl >> 24) << 4;
            }
        }

        return 0;
    }
}
