using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>What becomes of one query: the parts of it that return in the answer, and the memory the answer is written to.</summary>
internal readonly ref struct Reply
{
    private readonly ServerIdentity _server;
    private readonly QuerySource _source;

    public Reply(ServerIdentity server, ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response)
    {
        _server = server;
        _source = source;
        Query = query;
        Response = response;
        Message = QueryMessage.Parse(query);
        Opt = new OptReply(Message.Edns, server.Nsid);
    }

    public ReadOnlySpan<byte> Query { get; }

    public Span<byte> Response { get; }

    public QueryMessage Message { get; }

    public OptReply Opt { get; }

    /// <summary>Where the records go: what the client takes, without the room of the OPT record.</summary>
    public Span<byte> Room
    {
        get
        {
            int limit = _source.Transport == DnsTransport.Udp ? Math.Min(Message.Edns.UdpLimit, Response.Length) : Response.Length;
            return Response[..(limit - Opt.Room)];
        }
    }

    /// <summary>An error without records: header, the question if it could be read, OPT if the query had one.</summary>
    public int Refuse(Rcode rcode, ExtendedError? error = null)
    {
        int end = Message.HasQuestion ? Message.QuestionEnd : WireLimits.HeaderLength;
        Query[..end].CopyTo(Response);
        return Finish(end, new ReplyFacts { Rcode = rcode, Error = error });
    }

    /// <summary>Writes OPT and header; what is copied from the query is its id, opcode, RD and CD (RFC 1035 §4.1.1, RFC 4035 §3.1.6).</summary>
    public int Finish(int end, scoped in ReplyFacts facts)
    {
        Span<byte> cookie = stackalloc byte[WireLimits.ServerCookieLength];
        if (!Opt.ClientCookie.IsEmpty)
        {
            _server.MakeCookie(Opt.ClientCookie, _source, cookie);
        }

        // Said where there is room for it; the answer is right without.
        bool isSaid = facts.IsContested && end + OptReply.ContestedLength <= Room.Length;
        int opt = Opt.Write(Response, end, facts.Rcode, facts.Zone, cookie, isSaid ? ExtendedError.Other : facts.Error, isSaid ? OptReply.Contested : "");
        int bits = (Message.Header.Flags & (Header.RecursionDesiredFlag | Header.CheckingDisabledFlag))
            | Header.ResponseFlag
            | (facts.Authoritative ? Header.AuthoritativeFlag : 0)
            | (facts.Truncated ? Header.TruncatedFlag : 0);
        new Header
        {
            Id = Message.Header.Id,
            Flags = Header.FlagsOf(Message.Header.Opcode, facts.Rcode, (ushort)bits),
            QuestionCount = (ushort)(Message.HasQuestion ? 1 : 0),
            AnswerCount = (ushort)facts.Answers,
            AuthorityCount = (ushort)facts.Authorities,
            AdditionalCount = (ushort)(facts.Additionals + (opt > 0 ? 1 : 0)),
        }.TryWrite(Response);
        return end + opt;
    }
}

/// <summary>What the header and the OPT record say about an answer. The default: no error, no records, no authority.</summary>
internal readonly record struct ReplyFacts
{
    public Rcode Rcode { get; init; }

    public bool Authoritative { get; init; }

    public bool Truncated { get; init; }

    public int Answers { get; init; }

    public int Authorities { get; init; }

    public int Additionals { get; init; }

    /// <summary>Whose version is told to those who ask.</summary>
    public ZoneSnapshot? Zone { get; init; }

    public ExtendedError? Error { get; init; }

    /// <summary>An answer is the last writer's of several values: an extended error says so (RFC 8914).</summary>
    public bool IsContested { get; init; }
}
