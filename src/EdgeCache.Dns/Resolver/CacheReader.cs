using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>What the cache says of one name: a link of a chain. The default means that it says nothing.</summary>
internal readonly record struct CachedLink(CachedEntry? Entry, bool IsAlias);

/// <summary>Looks for fresh knowledge of a name: its records, its CNAME, its absence or that of a name above, a DNAME above. Without allocation. Thread-safe.</summary>
internal sealed class CacheReader
{
    private readonly DnsCache _cache;
    private readonly CacheClock _clock;
    private readonly Freshness _freshness;

    public CacheReader(DnsCache cache, CacheClock clock, Freshness freshness)
    {
        _cache = cache;
        _clock = clock;
        _freshness = freshness;
    }

    public long Now => _clock.Now;

    /// <summary>What is known of a name and type; only fresh knowledge, or with <paramref name="old"/> also what is too old but may still be given.</summary>
    public CachedLink Find(ReadOnlySpan<byte> name, RecordType type, long now, bool old = false)
    {
        ulong hash = NameBytes.SuffixHash(name);
        if (Take(new CacheKey(name, hash, type), now, old) is { } exact)
        {
            return new CachedLink(exact, false);
        }

        if (type != RecordType.CNAME && Take(new CacheKey(name, hash, RecordType.CNAME), now, old) is { Kind: CachedKind.Records } alias)
        {
            return new CachedLink(alias, true);
        }

        for (ReadOnlySpan<byte> rest = name; !NameBytes.IsRoot(rest); rest = NameBytes.Parent(rest))
        {
            if (Take(new CacheKey(rest, CacheKey.NoName), now, old) is { } absence)
            {
                return new CachedLink(absence, false);
            }

            if (_cache.HasRedirections && rest.Length < name.Length && Take(new CacheKey(rest, RecordType.DNAME), now, old) is { Kind: CachedKind.Records } dname)
            {
                return new CachedLink(dname, true);
            }
        }

        return default;
    }

    /// <summary>The deepest delegation known at or above a name; null when only the configured start is.</summary>
    public Delegation? FindCut(DomainName name, out CachedEntry? entry)
    {
        long now = _clock.Now;
        for (ReadOnlySpan<byte> rest = name.Wire; !NameBytes.IsRoot(rest); rest = NameBytes.Parent(rest))
        {
            if (Take(new CacheKey(rest, CacheKey.Cut), now, old: false) is { } found)
            {
                entry = found;
                return found.Cut;
            }
        }

        entry = null;
        return null;
    }

    /// <summary>Records of exactly that name and type, if they are fresh.</summary>
    public RecordSet? FindSet(DomainName name, RecordType type) =>
        Take(new CacheKey(name.Wire, type), _clock.Now, old: false) is { Kind: CachedKind.Records } entry ? entry.Set : null;

    /// <summary>Whether a fresh answer says that servers of the zone itself know the name: then it is no delegation.</summary>
    public bool IsNoCut(DomainName name) =>
        Take(new CacheKey(name.Wire, RecordType.A), _clock.Now, old: false) is { Kind: CachedKind.Records or CachedKind.NoData, Rank: DataRank.AuthoritativeAnswer };

    private CachedEntry? Take(scoped CacheKey key, long now, bool old)
    {
        if (_cache.Find(key) is not { } entry)
        {
            return null;
        }

        FreshnessVerdict verdict = _freshness.Judge(entry, now);
        if (verdict == FreshnessVerdict.Gone)
        {
            _cache.Remove(entry);
            return null;
        }

        return verdict == FreshnessVerdict.Fresh
            || (old && entry.Kind != CachedKind.Failure && verdict is FreshnessVerdict.Expired or FreshnessVerdict.KnownOld && now - entry.Expires < CacheLimits.MaxStale)
            ? entry
            : null;
    }
}
