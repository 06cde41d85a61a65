using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Cache;

/// <summary>
/// What a resolver knows: RRsets, their absence, failures and delegations, by name and type, within a budget of octets. Look-ups neither lock nor allocate.
/// Says nothing about freshness: that is <see cref="Freshness"/>. Thread-safe.
/// </summary>
internal sealed class DnsCache
{
    private const int Shards = 64;
    private readonly CacheShard[] _shards = new CacheShard[Shards];
    private readonly CacheClock _clock;
    private int _redirections;

    public DnsCache(long budget, CacheClock clock)
    {
        _clock = clock;
        for (int i = 0; i < Shards; i++)
        {
            _shards[i] = new CacheShard(budget / Shards);
        }
    }

    public long Count => _shards.Sum(static s => (long)s.Count);

    public long Bytes => _shards.Sum(static s => s.Bytes);

    public long Evicted => _shards.Sum(static s => s.Evicted);

    /// <summary>Whether a DNAME was ever kept: without one, no ancestor of a name need be looked at.</summary>
    public bool HasRedirections => Volatile.Read(ref _redirections) != 0;

    public CachedEntry? Find(scoped CacheKey key) => _shards[key.Hash % Shards].Find(key);

    public CachedEntry? Find(ReadOnlySpan<byte> name, RecordType type) => Find(new CacheKey(name, type));

    /// <summary>Keeps an entry, unless better data of that name and type is there and still good (RFC 2181 §5.4.1).</summary>
    public void Put(CachedEntry entry)
    {
        if (entry.Type == RecordType.DNAME)
        {
            Volatile.Write(ref _redirections, 1);
        }

        _shards[entry.Hash % Shards].Put(entry, MayReplace);
        if (entry.Kind == CachedKind.Records)
        {
            ForgetAbsence(entry.Name);
        }
    }

    public void Remove(CachedEntry entry) => _shards[entry.Hash % Shards].Remove(entry);

    /// <summary>Removes all that a condition holds for; returns how many. Walks everything.</summary>
    public int RemoveWhere(Func<CachedEntry, bool> condition) => _shards.Sum(s => s.RemoveWhere(condition));

    /// <summary>A name with records exists, and so do all above it, whatever was learnt before.</summary>
    private void ForgetAbsence(ReadOnlySpan<byte> name)
    {
        for (ReadOnlySpan<byte> rest = name; !NameBytes.IsRoot(rest); rest = NameBytes.Parent(rest))
        {
            if (Find(rest, CacheKey.NoName) is { } absence)
            {
                Remove(absence);
            }
        }
    }

    private bool MayReplace(CachedEntry old, CachedEntry next)
    {
        long now = _clock.Now;
        if (next.Kind == CachedKind.Failure)
        {
            // What is old is still good for RFC 8767.
            return old.Kind == CachedKind.Failure || now - old.Expires > CacheLimits.MaxStale;
        }

        return old.IsExpired(now) || old.Marks is { IsCurrent: false } || old.Kind == CachedKind.Failure || next.Rank >= old.Rank;
    }
}
