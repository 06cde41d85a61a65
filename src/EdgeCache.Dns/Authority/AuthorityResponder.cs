using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>
/// Answers from zone snapshots, on the receiving thread and without allocation. Every query gets the answer or the error its RFC names; only what is
/// itself a response, or no message at all, gets none. Thread-safe.
/// </summary>
internal sealed class AuthorityResponder
{
    private readonly ServerIdentity _server;
    private volatile ZoneIndex _zones;

    public AuthorityResponder(ServerIdentity server, ZoneIndex zones)
    {
        _server = server;
        _zones = zones;
    }

    /// <summary>The zones served; may be changed at any time.</summary>
    public ZoneIndex Zones
    {
        get => _zones;
        set => _zones = value;
    }

    /// <summary>As <see cref="IDnsResponder.Respond"/>; transfers and signed queries are for later.</summary>
    [SkipLocalsInit]
    public int Respond(ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response)
    {
        var reply = new Reply(_server, query, source, response);
        if (reply.Message.Fault == QueryFault.Drop)
        {
            return Verdicts.Drop;
        }

        if (ChaosAnswer.IsFor(reply.Message, _server.Nsid) && !reply.Opt.IsMalformed)
        {
            reply.Query[..reply.Message.QuestionEnd].CopyTo(response);
            int end = ChaosAnswer.Write(reply.Room, reply.Message.QuestionEnd, _server.Nsid);
            return reply.Finish(end, new ReplyFacts { Authoritative = true, Answers = end > reply.Message.QuestionEnd ? 1 : 0 });
        }

        Rcode refusal = Judge(reply);
        if (refusal != Rcode.NoError)
        {
            return reply.Refuse(refusal);
        }

        // A query for a cookie alone, RFC 7873 §5.4.
        if (!reply.Message.HasQuestion)
        {
            return reply.Refuse(Rcode.NoError);
        }

        if (reply.Message.TsigOffset != 0 || reply.Message.Question.Type is RecordType.AXFR or RecordType.IXFR)
        {
            return Verdicts.Later;
        }

        Span<byte> octets = stackalloc byte[QueryName.OctetsNeeded];
        Span<ulong> hashes = stackalloc ulong[QueryName.HashesNeeded];
        var name = new QueryName(octets, hashes);
        return Answer(reply, name);
    }

    /// <summary>An answer in memory of its own, for queries that need time; <paramref name="reserve"/> octets of a datagram are kept free.</summary>
    public byte[] Answer(ReadOnlySpan<byte> query, in QuerySource source, int reserve)
    {
        int limit = source.Transport == DnsTransport.Udp ? QueryMessage.Parse(query).Edns.UdpLimit : WireLimits.MaxMessage;
        byte[] response = new byte[Math.Max(limit - reserve, AuthorityLimits.MinAnswer)];
        int length = Respond(query, source, response);
        return length > 0 ? response[..length] : [];
    }

    /// <summary>An error in memory of its own.</summary>
    public byte[] Refuse(ReadOnlySpan<byte> query, in QuerySource source, Rcode rcode, ExtendedError? error = null)
    {
        byte[] response = new byte[WireLimits.MaxUdpPayload];
        var reply = new Reply(_server, query, source, response);
        return reply.Message.Fault == QueryFault.Drop ? [] : response[..reply.Refuse(rcode, error)];
    }

    /// <summary>The zone of exactly that apex.</summary>
    public IZoneSource? FindApex(ReadOnlySpan<byte> apex)
    {
        var name = new QueryName(new byte[QueryName.OctetsNeeded], new ulong[QueryName.HashesNeeded]);
        name.Set(apex);
        return _zones.FindExact(name);
    }

    [SkipLocalsInit]
    private int Answer(scoped in Reply reply, QueryName name)
    {
        RecordType type = reply.Message.Question.Type;
        name.Set(reply.Message.Question.Name);
        ZoneIndex zones = _zones;
        IZoneSource? source = Answering.ZoneFor(zones, type, name);
        if (source?.Current is not { } zone)
        {
            return source is null && zones.IsComplete ? reply.Refuse(Rcode.Refused, ExtendedError.NotAuthoritative) : reply.Refuse(Rcode.ServFail, ExtendedError.NotReady);
        }

        int questionEnd = reply.Message.QuestionEnd;
        Span<byte> room = reply.Room;
        uint? ttlLimit = source.TtlLimit;
        reply.Query[..questionEnd].CopyTo(room);
        if (FindPlain(zone, name, type) is { } set && WritePlain(set, room, questionEnd) is var end && end != 0)
        {
            Limit(room[..end], questionEnd, ttlLimit);
            return reply.Finish(end, new ReplyFacts { Authoritative = true, Answers = set.Count, Zone = zone, IsContested = set.IsContested });
        }

        Span<ushort> slots = stackalloc ushort[NameCompression.Slots];
        slots.Clear();
        var answering = new Answering(zones, type, name, new AnswerMessage(room, reply.Message.Question.Name, questionEnd, slots));
        answering.Run(zone);
        Limit(room[..answering.Message.Length], questionEnd, Answering.Lower(ttlLimit, answering.TtlLimit));
        return reply.Finish(answering.Message.Length, answering.Message.Facts(zone));
    }

    private static void Limit(Span<byte> message, int first, uint? ttlLimit)
    {
        if (ttlLimit is { } limit)
        {
            AnswerTtls.Limit(message, first, limit);
        }
    }

    /// <summary>The usual question: a name of a zone without cuts, with an RRset of that type that names no hosts.</summary>
    private static RecordSet? FindPlain(ZoneSnapshot zone, scoped in QueryName name, RecordType type) =>
        zone.Cuts.IsNone && type is RecordType.A or RecordType.AAAA or RecordType.TXT or RecordType.CAA
            ? zone.Find(name.Hash(name.Labels), name.Suffix(name.Labels))?.Find(type)
            : null;

    /// <summary>Copies an RRset behind the question, each record's owner a pointer to it. Returns the end, or 0 when there is no room.</summary>
    private static int WritePlain(RecordSet set, Span<byte> room, int at)
    {
        ReadOnlySpan<byte> tails = set.Tails;
        if (tails.Length + (set.Count * sizeof(ushort)) > room.Length - at)
        {
            return 0;
        }

        while (!tails.IsEmpty)
        {
            int length = RecordSet.FixedPart + BinaryPrimitives.ReadUInt16BigEndian(tails[8..]);
            BinaryPrimitives.WriteUInt16BigEndian(room[at..], WireLimits.Pointer | WireLimits.HeaderLength);
            tails[..length].CopyTo(room[(at + sizeof(ushort))..]);
            at += sizeof(ushort) + length;
            tails = tails[length..];
        }

        return at;
    }

    private static Rcode Judge(scoped in Reply reply) => reply.Message.Fault switch
    {
        QueryFault.Malformed => Rcode.FormErr,
        QueryFault.NotImplemented => Rcode.NotImp,
        QueryFault.BadVersion => Rcode.BadVers,
        _ when reply.Opt.IsMalformed => Rcode.FormErr,
        _ when reply.Message.Header.Opcode != Opcode.Query => Rcode.NotImp,
        _ when reply.Message.HasQuestion && reply.Message.Question.Class != RecordClass.IN => Rcode.Refused,
        _ => Rcode.NoError,
    };
}
