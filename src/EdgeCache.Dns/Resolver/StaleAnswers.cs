using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>An old answer that may be given when no new one can be had, and the entry that says when it was last tried to renew it.</summary>
internal sealed record StaleAnswer(Resolution Resolution, CachedEntry Entry);

/// <summary>Puts old answers together (RFC 8767 §4, §5), and says whether they are known to be old or only possibly so. Thread-safe.</summary>
internal sealed class StaleAnswers
{
    private readonly CacheReader _reader;
    private readonly Freshness _freshness;
    private readonly ResolverOptions _options;

    public StaleAnswers(CacheReader reader, Freshness freshness, ResolverOptions options)
    {
        _reader = reader;
        _freshness = freshness;
        _options = options;
    }

    /// <summary>The old answer to a question; null when a part of it is missing, or nothing in it is old.</summary>
    public StaleAnswer? Find(Asked asked)
    {
        if (!_options.ServeStale)
        {
            return null;
        }

        long now = _reader.Now;
        var sets = new List<OwnedSet>();
        CachedEntry? old = null;
        bool known = false;
        DomainName name = asked.Name;
        for (int links = 0; links < ResolverLimits.MaxChain; links++)
        {
            CachedLink link = _reader.Find(name.Wire, asked.Type, now, old: true);
            if (link.Entry is not { Kind: not CachedKind.Failure } entry)
            {
                return null;
            }

            FreshnessVerdict verdict = _freshness.Judge(entry, now);
            old = verdict == FreshnessVerdict.Fresh ? old : old ?? entry;
            known |= verdict == FreshnessVerdict.KnownOld;
            LinkResult result = LinkResult.Of(link, asked with { Name = name }, now, _options.StaleTtl);
            result.AddTo(sets);
            if (result.Next is not { } next)
            {
                return old is null ? null : new StaleAnswer(Told(result, sets, known), old);
            }

            name = next;
        }

        return null;
    }

    private static Resolution Told(LinkResult end, List<OwnedSet> sets, bool known) => new(end.Rcode)
    {
        Answer = sets,
        Soa = end.Soa,
        Error = end.Rcode == Rcode.NxDomain ? ExtendedError.StaleNxDomainAnswer : ExtendedError.StaleAnswer,
        ErrorText = known ? "known old" : "possibly old",
    };
}
