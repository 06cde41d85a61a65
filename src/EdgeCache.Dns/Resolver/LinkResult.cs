using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>The end of one link of a chain: records, absence, or the name to go on with. Immutable.</summary>
internal sealed record LinkResult(Rcode Rcode)
{
    /// <summary>With the TTLs to show.</summary>
    public IReadOnlyList<OwnedSet> Sets { get; init; } = [];

    public OwnedSet? Soa { get; init; }

    /// <summary>Where an alias leads.</summary>
    public DomainName? Next { get; init; }

    public Resolution? Failure { get; init; }

    /// <summary>As <see cref="Resolution.IsBehind"/>.</summary>
    public bool IsBehind { get; init; }

    /// <summary>Adds what is not there yet: a DNAME that several names lead through is shown once.</summary>
    public void AddTo(List<OwnedSet> answer)
    {
        foreach (OwnedSet set in Sets)
        {
            if (set.Set.Type != RecordType.DNAME || !answer.Exists(s => s.Set.Type == RecordType.DNAME && s.Owner == set.Owner))
            {
                answer.Add(set);
            }
        }
    }

    public static LinkResult Failed(ExtendedError error, BudgetEnd end) => new(Rcode.ServFail)
    {
        Failure = Resolution.Failed(error, end switch
        {
            BudgetEnd.Time => "out of time",
            BudgetEnd.Queries => "too many questions",
            BudgetEnd.ServerNames => "too many servers without addresses",
            _ => string.Empty,
        }),
    };

    /// <summary>What the cache knows; null when it must be asked for. <paramref name="proven"/>: only what is known to be as new as the log was.</summary>
    public static LinkResult? FromCache(CacheReader reader, Asked asked, bool proven)
    {
        long now = reader.Now;
        CachedLink link = reader.Find(asked.Name.Wire, asked.Type, now);
        return link.Entry is null || (proven && link.Entry.IsUnproven) ? null : Of(link, asked, now);
    }

    /// <summary>A whole answer out of the cache, alias by alias; null when a part is missing.</summary>
    public static Resolution? WholeFromCache(CacheReader reader, Asked asked, bool proven)
    {
        var sets = new List<OwnedSet>();
        for (int links = 0; links < ResolverLimits.MaxChain && FromCache(reader, asked, proven) is { } link; links++)
        {
            link.AddTo(sets);
            if (link.Failure is not null || link.Next is null)
            {
                return link.Failure ?? new Resolution(link.Rcode) { Answer = sets, Soa = link.Soa };
            }

            asked = asked with { Name = link.Next.Value };
        }

        return null;
    }

    public static LinkResult Of(CachedLink link, Asked asked, long now, uint? staleTtl = null)
    {
        CachedEntry entry = link.Entry!; // The caller has looked.
        uint ttl = staleTtl ?? entry.TtlAt(now);
        switch (entry.Kind)
        {
            case CachedKind.Failure:
                return new LinkResult(Rcode.ServFail) { Failure = Resolution.Failed(entry.Error ?? ExtendedError.Other, "remembered") };
            case CachedKind.NoData or CachedKind.NoName:
                return new LinkResult(entry.Kind == CachedKind.NoName ? Rcode.NxDomain : Rcode.NoError)
                {
                    Soa = entry.Set is { } soa ? new OwnedSet(entry.SoaOwner, soa.WithTtl(ttl)) : null,
                };
        }

        RecordSet set = entry.Set!.WithTtl(ttl); // Records have a set.
        if (!link.IsAlias)
        {
            return new LinkResult(Rcode.NoError) { Sets = [new OwnedSet(asked.Name, set)] };
        }

        if (set.Type == RecordType.CNAME)
        {
            return new LinkResult(Rcode.NoError) { Sets = [new OwnedSet(asked.Name, set)], Next = DomainName.FromWire(set.First) };
        }

        DomainName owner = DomainName.FromWire(NameBytes.Suffix(asked.Name.Wire, NameBytes.CountLabels(entry.Name)));
        return Redirection.TryRedirect(asked.Name, owner, set.First, out DomainName target)
            ? new LinkResult(Rcode.NoError)
            {
                Sets = [new OwnedSet(owner, set), new OwnedSet(asked.Name, RecordSet.Of(RecordType.CNAME, ttl, target.Wire))],
                Next = target,
            }
            : new LinkResult(Rcode.YxDomain) { Sets = [new OwnedSet(owner, set)] };
    }

    /// <summary>What a server said. An answer that is not kept because its authority was behind must not be kept by the client either.</summary>
    public static LinkResult FromReply(JudgedReply reply, ResolverCore core, bool isBehind)
    {
        OwnedSet[] sets = [.. reply.Chain.Select(s => s with { Set = Shown(s.Set, isBehind ? 0 : Math.Clamp(s.Set.Ttl, core.Options.MinTtl, core.Options.MaxTtl)) })];
        LinkResult result = reply.Kind switch
        {
            ReplyKind.Answer => new LinkResult(Rcode.NoError) { Sets = sets },
            ReplyKind.Alias => new LinkResult(Rcode.NoError) { Sets = sets, Next = reply.Target },
            ReplyKind.NameTooLong => new LinkResult(Rcode.YxDomain) { Sets = sets },
            _ => new LinkResult(reply.Kind == ReplyKind.NoName ? Rcode.NxDomain : Rcode.NoError)
            {
                Soa = reply.Soa is { } soa
                    ? soa with { Set = Shown(soa.Set, isBehind ? 0 : Math.Clamp(CacheWriter.NegativeTtl(soa.Set), core.Options.MinTtl, core.Options.MaxNegativeTtl)) }
                    : null,
            },
        };
        return isBehind ? result with { IsBehind = true } : result;
    }

    private static RecordSet Shown(RecordSet set, uint ttl) => set.Ttl == ttl ? set : set.WithTtl(ttl);
}
