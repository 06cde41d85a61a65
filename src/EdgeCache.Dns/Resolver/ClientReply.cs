using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>What is said beside the records.</summary>
internal readonly ref struct ReplyNote
{
    public Rcode Rcode { get; init; }

    public ExtendedError? Error { get; init; }

    public string? ErrorText { get; init; }

    /// <summary>Data of the option of our own.</summary>
    public ReadOnlySpan<byte> Option { get; init; }
}

/// <summary>One client's query and the memory its reply is written to.</summary>
internal readonly ref struct ClientReply
{
    private const int OptionHeader = 4;
    private readonly ServerIdentity _server;
    private readonly QuerySource _source;
    private readonly ReadOnlySpan<byte> _query;
    private readonly Span<byte> _response;
    private readonly OptReply _opt;

    public ClientReply(ServerIdentity server, ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response)
    {
        _server = server;
        _source = source;
        _query = query;
        _response = response;
        Message = QueryMessage.Parse(query);
        _opt = new OptReply(Message.Edns, server.Nsid);
    }

    public QueryMessage Message { get; }

    /// <summary>The error that the query earns by itself; none when it is to be answered.</summary>
    public Rcode Refusal => Message.Fault switch
    {
        QueryFault.Malformed => Rcode.FormErr,
        QueryFault.NotImplemented => Rcode.NotImp,
        QueryFault.BadVersion => Rcode.BadVers,
        _ when _opt.IsMalformed => Rcode.FormErr,
        _ when Message.Header.Opcode != Opcode.Query => Rcode.NotImp,
        _ when Message.HasQuestion && Message.Question.Class != RecordClass.IN => Rcode.Refused,
        _ when Message.HasQuestion && Message.Question.Type is RecordType.AXFR or RecordType.IXFR => Rcode.Refused,
        _ => Rcode.NoError,
    };

    /// <summary>Octets of the answer about this server itself; 0 when it is not asked for.</summary>
    public int TellIdentity()
    {
        if (!ChaosAnswer.IsFor(Message, _server.Nsid) || _opt.IsMalformed)
        {
            return 0;
        }

        _query[..Message.QuestionEnd].CopyTo(_response);
        int end = ChaosAnswer.Write(_response[..RoomFor(default)], Message.QuestionEnd, _server.Nsid);
        return Finish(end, end > Message.QuestionEnd ? 1 : 0, 0, false, default);
    }

    /// <summary>Room for the records beside what the note needs.</summary>
    public int RoomFor(scoped in ReplyNote note)
    {
        int limit = _source.Transport == DnsTransport.Udp ? Math.Min(Message.Edns.UdpLimit, _response.Length) : _response.Length;
        if (!Message.Edns.IsPresent)
        {
            return limit;
        }

        int error = note.Error is null ? 0 : OptionHeader + sizeof(ushort) + (note.ErrorText?.Length ?? 0);
        return limit - _opt.Room - error - (note.Option.IsEmpty ? 0 : OptionHeader + note.Option.Length);
    }

    /// <summary>Header and question stand; records go behind them.</summary>
    public ClientAnswer Begin(int room, Span<ushort> slots)
    {
        _query[..Message.QuestionEnd].CopyTo(_response);
        return new ClientAnswer(_response[..room], Message.Question.Name, Message.QuestionEnd, slots);
    }

    /// <summary>Memory behind the question, for records that are copied as they are.</summary>
    public Span<byte> BeginPlain(int room)
    {
        _query[..Message.QuestionEnd].CopyTo(_response);
        return _response[..room];
    }

    /// <summary>A reply without records.</summary>
    public int Refuse(scoped in ReplyNote note)
    {
        int end = Message.HasQuestion ? Message.QuestionEnd : WireLimits.HeaderLength;
        _query[..end].CopyTo(_response);
        return Finish(end, 0, 0, false, note);
    }

    public int Finish(scoped in ClientAnswer answer, scoped in ReplyNote note) =>
        Finish(answer.Length, answer.Answers, answer.Authorities, answer.Truncated, note);

    /// <summary>Writes OPT and header: id, opcode, RD and CD are the query's (RFC 4035 §3.2.2); recursion is available; nothing is validated, so never AD.</summary>
    public int Finish(int end, int answers, int authorities, bool truncated, scoped in ReplyNote note)
    {
        Span<byte> cookie = stackalloc byte[WireLimits.ServerCookieLength];
        if (!_opt.ClientCookie.IsEmpty)
        {
            _server.MakeCookie(_opt.ClientCookie, _source, cookie);
        }

        int opt = _opt.Write(_response, end, note.Rcode, null, cookie, note.Error, note.ErrorText ?? string.Empty, note.Option);
        int bits = (Message.Header.Flags & (Header.RecursionDesiredFlag | Header.CheckingDisabledFlag))
            | Header.ResponseFlag
            | Header.RecursionAvailableFlag
            | (truncated ? Header.TruncatedFlag : 0);
        new Header
        {
            Id = Message.Header.Id,
            Flags = Header.FlagsOf(Message.Header.Opcode, note.Rcode, (ushort)bits),
            QuestionCount = (ushort)(Message.HasQuestion ? 1 : 0),
            AnswerCount = (ushort)answers,
            AuthorityCount = (ushort)authorities,
            AdditionalCount = (ushort)(opt > 0 ? 1 : 0),
        }.TryWrite(_response);
        return end + opt;
    }
}
