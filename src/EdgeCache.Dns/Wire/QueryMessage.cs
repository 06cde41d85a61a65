namespace EdgeCache.Dns.Wire;

/// <summary>
/// A message received by a server, taken apart in one pass without allocation. Whatever the fault is, <see cref="Header"/> is right unless the message is
/// dropped, and <see cref="HasQuestion"/> says whether the question may be copied into the answer.
/// </summary>
internal readonly ref struct QueryMessage
{
    public QueryFault Fault { get; private init; }

    public Header Header { get; private init; }

    public bool HasQuestion { get; private init; }

    public Question Question { get; private init; }

    /// <summary>The header and question, as they stand at the start of the message.</summary>
    public int QuestionEnd { get; private init; }

    public Edns Edns { get; private init; }

    /// <summary>Where the TSIG record starts, which is the last of the message (RFC 8945 §5.1), or 0.</summary>
    public int TsigOffset { get; private init; }

    /// <summary>The SOA record a secondary shows with IXFR (RFC 1995 §3), or a record with a zero type.</summary>
    public RecordHeader Authority { get; private init; }

    public static QueryMessage Parse(ReadOnlySpan<byte> message)
    {
        if (!Header.TryRead(message, out Header header) || header.IsResponse)
        {
            return new QueryMessage { Fault = QueryFault.Drop };
        }

        if (header.Opcode != Opcode.Query && header.Opcode != Opcode.Notify)
        {
            return new QueryMessage { Fault = QueryFault.NotImplemented, Header = header };
        }

        // RFC 9619: one question. Zero is let through for RFC 7873 §5.4 if there is an OPT record with a cookie.
        var reader = new WireReader(message, WireLimits.HeaderLength);
        Question question = default;
        if (header.QuestionCount > 1 || (header.QuestionCount == 1 && !Question.TryRead(ref reader, out question)))
        {
            return new QueryMessage { Fault = QueryFault.Malformed, Header = header };
        }

        return ParseRecords(message, ref reader, new QueryMessage
        {
            Header = header,
            HasQuestion = header.QuestionCount == 1,
            Question = question,
            QuestionEnd = reader.Position,
        });
    }

    /// <summary>The sections behind the question: at most one authority record, and in the additional section OPT and TSIG.</summary>
    private static QueryMessage ParseRecords(ReadOnlySpan<byte> message, scoped ref WireReader reader, QueryMessage query)
    {
        // The usual query ends here.
        Header header = query.Header;
        if (reader.AtEnd && (header.AnswerCount | header.AuthorityCount | header.AdditionalCount) == 0 && query.HasQuestion)
        {
            return Judge(query, default, default, 0);
        }

        // A NOTIFY may carry the new SOA in its answer section, RFC 1996 §3.7.
        int answers = header.AnswerCount;
        if (answers > (header.Opcode == Opcode.Notify ? 1 : 0) || (answers == 1 && !TryReadRecord(ref reader, out _)))
        {
            return Failed(query);
        }

        RecordHeader authority = default;
        if (header.AuthorityCount > 1 || (header.AuthorityCount == 1 && !TryReadRecord(ref reader, out authority)))
        {
            return Failed(query);
        }

        Edns edns = default;
        int tsig = 0;
        for (int i = 0; i < header.AdditionalCount; i++)
        {
            if (tsig != 0 || !TryReadRecord(ref reader, out RecordHeader record))
            {
                return Failed(query);
            }

            if (record.Type == RecordType.OPT && (edns.IsPresent || !Edns.TryRead(message, record, out edns)))
            {
                return Failed(query);
            }

            tsig = record.Type == RecordType.TSIG ? record.NameOffset : 0;
        }

        return reader.AtEnd ? Judge(query, edns, authority, tsig) : Failed(query);
    }

    /// <summary>A record whose owner is a name also where its pointers lead; the root, which OPT has, needs no look.</summary>
    private static bool TryReadRecord(scoped ref WireReader reader, out RecordHeader record)
    {
        WireReader owner = reader;
        return RecordHeader.TryRead(ref reader, out record) && (reader.Message[record.NameOffset] == 0 || owner.TryPassName());
    }

    private static QueryMessage Judge(QueryMessage query, Edns edns, RecordHeader authority, int tsig)
    {
        RecordType type = query.Question.Type;
        QueryFault fault = QueryFault.None;
        if (edns.IsPresent && edns.Version != 0)
        {
            fault = QueryFault.BadVersion;
        }
        else if (!query.HasQuestion)
        {
            bool cookie = query.Header.Opcode == Opcode.Query && edns.TryGetOption(EdnsOptionCode.Cookie, out _);
            fault = cookie ? QueryFault.None : QueryFault.Malformed;
        }
        else if (!RecordTypes.IsQuestion(type) || (query.Header.AuthorityCount != 0 && type != RecordType.IXFR))
        {
            fault = QueryFault.Malformed;
        }
        else if (type is RecordType.MAILA or RecordType.MAILB)
        {
            fault = QueryFault.NotImplemented;
        }

        return With(query, fault, edns, authority, tsig);
    }

    private static QueryMessage Failed(QueryMessage query) => With(query, QueryFault.Malformed, default, default, 0);

    private static QueryMessage With(QueryMessage query, QueryFault fault, Edns edns, RecordHeader authority, int tsig) => new()
    {
        Fault = fault,
        Header = query.Header,
        HasQuestion = query.HasQuestion,
        Question = query.Question,
        QuestionEnd = query.QuestionEnd,
        Edns = edns,
        TsigOffset = tsig,
        Authority = authority,
    };
}
