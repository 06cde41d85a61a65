using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// Puts what a server said into the cache, with the lives that the options allow. What came from an authority behind the log is used and not kept
/// (PLANE.md 30). Thread-safe.
/// </summary>
internal sealed class CacheWriter
{
    private readonly DnsCache _cache;
    private readonly CacheClock _clock;
    private readonly ResolverOptions _options;
    private readonly FollowedApexes? _zones;
    private long _behind;

    public CacheWriter(DnsCache cache, CacheClock clock, ResolverOptions options, FollowedApexes? zones)
    {
        _cache = cache;
        _clock = clock;
        _options = options;
        _zones = zones;
    }

    /// <summary>Answers not kept because their authority was behind the log.</summary>
    public long Behind => Volatile.Read(ref _behind);

    /// <summary>Where the zones above a name stand; read before a question about it is sent.</summary>
    public FillPosition Position(DomainName name)
    {
        if (_zones?.Find(name) is not { } zone)
        {
            return new FillPosition(null, IsKnown: _zones is null);
        }

        ZoneMarks? marks = zone.Read();
        return new FillPosition(marks, IsKnown: marks is not null);
    }

    /// <summary>A referral whose delegation ends with that through which it came; any other reply as it is.</summary>
    public JudgedReply Bound(JudgedReply reply, Delegation through, long sentAt) => reply is { Kind: ReplyKind.Referral, Cut: { } cut }
        ? reply with { Cut = new Delegation(cut.Zone, cut.Hosts) { Until = Math.Min(through.Until, sentAt + (Math.Min(reply.CutTtl, _options.MaxTtl) * 1_000L)) } }
        : reply;

    /// <summary>Keeps a whole reply. <paramref name="sentAt"/> is when its question left. Returns false when its authority was behind the log.</summary>
    public bool Keep(ServerAsk ask, JudgedReply reply, FillPosition position, long sentAt)
    {
        Asked asked = ask.Asked;
        uint limit = reply.IsUnproven ? 0 : Limit(ask, position, reply);
        if (limit == 0)
        {
            return false;
        }

        position = position with { IsStated = FollowedZoneWithoutVersion(ask, position, reply) is null };

        var rank = reply.IsAuthoritative && !reply.IsSecondHand ? DataRank.AuthoritativeAnswer : DataRank.Answer;
        if (asked.Type != RecordType.ANY)
        {
            foreach (OwnedSet set in reply.Chain)
            {
                if (!(set.Set.Type == RecordType.CNAME && reply.Synthesized.Contains(set.Owner)))
                {
                    Keep(set.Owner, set.Set, rank, position, sentAt, limit);
                }
            }
        }

        if (reply is { Kind: ReplyKind.NoData or ReplyKind.NoName, Soa: { } soa })
        {
            KeepAbsence(asked, reply.Kind, soa, rank, position, sentAt, limit);
        }

        if (reply is { Kind: ReplyKind.Referral, Cut: { } cut })
        {
            KeepCut(cut, reply.CutTtl, position, sentAt, limit);
        }

        return true;
    }

    /// <summary>Remembers that an answer could not be had, longer each time (RFC 9520 §3.2).</summary>
    public void KeepFailure(Asked asked, ExtendedError error)
    {
        long now = _clock.Now;
        CachedEntry? old = _cache.Find(asked.Name.Wire, asked.Type);
        int failures = old is { Kind: CachedKind.Failure } ? Math.Min(old.Failures + 1, 16) : 0;
        _cache.Put(new CachedEntry(asked.Name.Wire, asked.Type)
        {
            Kind = CachedKind.Failure,
            Error = error,
            Filled = now,
            Expires = now + Math.Min((long)CacheLimits.FirstFailure << failures, CacheLimits.LastFailure),
            Failures = failures,
            Marks = Position(asked.Name).Marks,
        });
    }

    private void Keep(DomainName owner, RecordSet set, DataRank rank, FillPosition position, long sentAt, uint limit)
    {
        uint ttl = Math.Min(Math.Clamp(set.Ttl, _options.MinTtl, _options.MaxTtl), limit);
        if (ttl == 0 || !TryMarks(owner, position, out ZoneMarks? marks))
        {
            return;
        }

        _cache.Put(new CachedEntry(owner.Wire, set.Type)
        {
            Kind = CachedKind.Records,
            Rank = rank,
            Set = set,
            Filled = sentAt,
            Expires = sentAt + (ttl * 1_000L),
            Marks = marks,
            IsUnproven = !position.IsStated,
        });
    }

    private void KeepAbsence(Asked asked, ReplyKind kind, OwnedSet soa, DataRank rank, FillPosition position, long sentAt, uint limit)
    {
        uint ttl = Math.Min(Math.Clamp(NegativeTtl(soa.Set), _options.MinTtl, _options.MaxNegativeTtl), limit);
        if (ttl == 0 || !TryMarks(asked.Name, position, out ZoneMarks? marks))
        {
            return;
        }

        _cache.Put(new CachedEntry(asked.Name.Wire, kind == ReplyKind.NoName ? CacheKey.NoName : asked.Type)
        {
            Kind = kind == ReplyKind.NoName ? CachedKind.NoName : CachedKind.NoData,
            Rank = rank,
            Set = soa.Set,
            SoaOwner = soa.Owner,
            Filled = sentAt,
            Expires = sentAt + (ttl * 1_000L),
            Marks = marks,
            IsUnproven = !position.IsStated,
        });
    }

    private void KeepCut(Delegation cut, uint ttl, FillPosition position, long sentAt, uint limit)
    {
        long end = Math.Min(cut.Until, sentAt + (Math.Min(Math.Min(ttl, _options.MaxTtl), limit) * 1_000L));
        if (end <= sentAt || !TryMarks(cut.Zone, position, out ZoneMarks? marks))
        {
            return;
        }

        _cache.Put(new CachedEntry(cut.Zone.Wire, CacheKey.Cut)
        {
            Kind = CachedKind.Cut,
            Cut = cut,
            Filled = sentAt,
            Expires = end,
            Marks = marks,
        });
    }

    /// <summary>RFC 2308 §5: the lower of the SOA's TTL and its last field.</summary>
    public static uint NegativeTtl(RecordSet soa) => Math.Min(soa.Ttl, SoaData.MinimumOf(soa.First));

    /// <summary>How long this may be kept at most, seconds: nothing of an authority behind the log, little of one that does not say where it stands.</summary>
    private uint Limit(ServerAsk ask, FillPosition position, JudgedReply reply)
    {
        if (!position.IsKnown)
        {
            return 0;
        }

        if (FollowedZoneWithoutVersion(ask, position, reply) is { } unstated)
        {
            return (uint)Math.Max(1, unstated.Zone.State.Policy.DegradedTtl.TotalSeconds);
        }

        if (Stated(position, reply) is not { } mark || SerialNumber.Compare(reply.Version!.Value.Serial, mark.SoaSerial) >= 0)
        {
            return uint.MaxValue;
        }

        Interlocked.Increment(ref _behind);
        return 0;
    }

    /// <summary>The followed zone whose server left open which version it answers from; null when it said so, or none of that zone was asked.</summary>
    public static ZoneMarks? FollowedZoneWithoutVersion(ServerAsk ask, FillPosition position, JudgedReply reply)
    {
        for (ZoneMarks? mark = reply.Version is null ? position.Marks : null; mark is not null; mark = mark.Above)
        {
            if (mark.Zone.IsPush && mark.IsRead && (ask.Recursive || ask.Zone == mark.Zone.Apex))
            {
                return mark;
            }
        }

        return null;
    }

    /// <summary>Where the zone stands of which a reply says the version.</summary>
    private static ZoneMarks? Stated(FillPosition position, JudgedReply reply)
    {
        ZoneMarks? mark = reply.Version is null ? null : position.Marks;
        while (mark is not null && !(mark.Zone.IsPush && mark.IsRead && mark.Zone.Apex == reply.Version!.Value.Apex))
        {
            mark = mark.Above;
        }

        return mark;
    }

    /// <summary>The marks for a name beside the one asked for. False when it lies in a followed zone whose position was not read before the question left.</summary>
    private bool TryMarks(DomainName owner, FillPosition position, out ZoneMarks? marks)
    {
        FollowedApex? zone = _zones?.Find(owner);
        marks = position.Marks;
        while (marks is not null && !ReferenceEquals(marks.Zone, zone))
        {
            marks = marks.Above;
        }

        return marks is not null || zone is null;
    }
}

/// <summary>
/// Where the zones above a name stood before a question left. Without <see cref="IsKnown"/> nothing may be kept; without <see cref="IsStated"/> the server did not
/// say that it stands there too.
/// </summary>
internal readonly record struct FillPosition(ZoneMarks? Marks, bool IsKnown, bool IsStated = true)
{
    /// <summary>A followed zone covers the name, so its servers are to say which version they answer from.</summary>
    public bool WantsVersion
    {
        get
        {
            for (ZoneMarks? mark = Marks; mark is not null; mark = mark.Above)
            {
                if (mark.Zone.IsPush)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
