using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// Answers what the cache knows in full, on the receiving thread and without allocation; everything else is for later. An answer that is about to end and is
/// asked for often is handed out to be fetched anew. Thread-safe.
/// </summary>
internal sealed class HitPath
{
    /// <summary>The last tenth of a life is when a hot answer is fetched ahead.</summary>
    private const int PrefetchShare = 10;

    private readonly CacheReader _reader;
    private readonly ResolverOptions _options;
    private readonly Action<CachedEntry> _prefetch;

    public HitPath(CacheReader reader, ResolverOptions options, Action<CachedEntry> prefetch)
    {
        _reader = reader;
        _options = options;
        _prefetch = prefetch;
    }

    /// <summary>Octets written, or <see cref="Verdicts.Later"/>.</summary>
    [SkipLocalsInit]
    public int TryAnswer(scoped in ClientReply reply)
    {
        Question question = reply.Message.Question;
        if (question.Type == RecordType.ANY)
        {
            return Verdicts.Later;
        }

        long now = _reader.Now;
        CachedLink link = _reader.Find(question.Name, question.Type, now);
        if (link.Entry is not { } entry)
        {
            return Verdicts.Later;
        }

        Use(entry, now);
        if (entry.Kind == CachedKind.Records && !link.IsAlias && IsPlain(entry.Type) && WritePlain(reply, entry.Set!, entry.TtlAt(now)) is var length && length != 0)
        {
            return length;
        }

        Span<ushort> slots = stackalloc ushort[NameCompression.Slots];
        slots.Clear();
        return WriteChain(reply, link, now, slots);
    }

    private int WriteChain(scoped in ClientReply reply, CachedLink link, long now, Span<ushort> slots)
    {
        ReplyNote note = default;
        ClientAnswer answer = reply.Begin(reply.RoomFor(note), slots);
        ReadOnlySpan<byte> name = reply.Message.Question.Name;
        RecordType type = reply.Message.Question.Type;
        for (int links = 0; links < ResolverLimits.MaxChain; links++)
        {
            CachedEntry entry = link.Entry!; // Looked for before each round.
            switch (entry.Kind)
            {
                case CachedKind.Failure:
                    return reply.Refuse(new ReplyNote { Rcode = Rcode.ServFail, Error = ExtendedError.CachedError });
                case CachedKind.NoData or CachedKind.NoName:
                    if (entry.Set is { } soa)
                    {
                        answer.AddAuthority(entry.SoaOwner.Wire, soa, entry.TtlAt(now));
                    }

                    return reply.Finish(answer, new ReplyNote { Rcode = entry.Kind == CachedKind.NoName ? Rcode.NxDomain : Rcode.NoError });
            }

            // A DNAME makes a name that stands nowhere: the slow path does that.
            if (entry.Type == RecordType.DNAME && link.IsAlias)
            {
                return Verdicts.Later;
            }

            if (!answer.AddAnswer(name, entry.Set!, entry.TtlAt(now)) || !link.IsAlias) // Records have a set.
            {
                return reply.Finish(answer, default);
            }

            name = entry.Set!.First;
            link = _reader.Find(name, type, now);
            if (link.Entry is null)
            {
                return Verdicts.Later;
            }

            Use(link.Entry, now);
        }

        return Verdicts.Later;
    }

    private void Use(CachedEntry entry, long now)
    {
        entry.Touch();
        if (_options.Prefetch
            && entry.IsHot
            && entry.Kind == CachedKind.Records
            && (entry.Expires - now) * PrefetchShare < entry.Expires - entry.Filled
            && entry.TryBeginRefresh())
        {
            _prefetch(entry);
        }
    }

    private static bool IsPlain(RecordType type) => type is RecordType.A or RecordType.AAAA or RecordType.TXT or RecordType.CAA or RecordType.HTTPS or RecordType.SVCB;

    /// <summary>Copies an RRset behind the question, each owner a pointer to it. Returns the whole length, or 0 when there is no room.</summary>
    private static int WritePlain(scoped in ClientReply reply, RecordSet set, uint ttl)
    {
        ReplyNote note = default;
        int room = reply.RoomFor(note);
        int at = reply.Message.QuestionEnd;
        ReadOnlySpan<byte> tails = set.Tails;
        if (at + tails.Length + (set.Count * sizeof(ushort)) > room)
        {
            return 0;
        }

        Span<byte> message = reply.BeginPlain(room);
        while (!tails.IsEmpty)
        {
            int length = RecordSet.FixedPart + BinaryPrimitives.ReadUInt16BigEndian(tails[8..]);
            BinaryPrimitives.WriteUInt16BigEndian(message[at..], WireLimits.Pointer | WireLimits.HeaderLength);
            tails[..length].CopyTo(message[(at + sizeof(ushort))..]);
            BinaryPrimitives.WriteUInt32BigEndian(message[(at + sizeof(ushort) + 4)..], ttl);
            at += sizeof(ushort) + length;
            tails = tails[length..];
        }

        return reply.Finish(at, set.Count, 0, false, note);
    }
}
