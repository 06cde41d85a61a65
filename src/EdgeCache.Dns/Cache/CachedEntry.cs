using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Resolver;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Cache;

/// <summary>
/// One thing the cache knows. What it says never changes; how it is used does (<see cref="Marks"/>, hits). Times are those of <see cref="CacheClock"/>.
/// Thread-safe.
/// </summary>
internal sealed class CachedEntry
{
    private readonly byte[] _name;
    private ZoneMarks? _marks;
    private long _recheckAt;
    private byte _hits;
    private bool _used;
    private int _refreshing;

    public CachedEntry(ReadOnlySpan<byte> name, RecordType type)
        : this(new CacheKey(name, type))
    {
    }

    private CachedEntry(scoped CacheKey key)
    {
        _name = new byte[key.Name.Length];
        NameBytes.ToLower(key.Name, _name);
        Hash = key.Hash;
        Type = key.Type;
    }

    public ReadOnlySpan<byte> Name => _name;

    public RecordType Type { get; }

    public ulong Hash { get; }

    public required CachedKind Kind { get; init; }

    public DataRank Rank { get; init; }

    /// <summary>The records; for a negative answer the SOA that came with it.</summary>
    public RecordSet? Set { get; init; }

    /// <summary>Whose the SOA is; the root for all else.</summary>
    public DomainName SoaOwner { get; init; }

    /// <summary>Servers of the zone that has this name.</summary>
    public Delegation? Cut { get; init; }

    /// <summary>Why it failed.</summary>
    public ExtendedError? Error { get; init; }

    /// <summary>Its server did not say which version of a followed zone it answered from: no proof of anything, at no level.</summary>
    public bool IsUnproven { get; init; }

    /// <summary>When the question was sent that brought it: its life counts from there.</summary>
    public required long Filled { get; init; }

    /// <summary>When its life ends.</summary>
    public required long Expires { get; init; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Where the zones stood that can cover it; moved on after each check (PLANE.md 11). Null: nobody follows them.</summary>
    public required ZoneMarks? Marks
    {
        get => Volatile.Read(ref _marks);
        init => _marks = value;
    }

    /// <summary>Octets it is counted with.</summary>
    public int Size => CacheLimits.EntryOverhead + _name.Length + (Set?.Tails.Length ?? 0) + (Cut?.Size ?? 0);

    /// <summary>Whether it was asked for since the last time somebody asked this.</summary>
    public bool TakeUsed()
    {
        bool used = _used;
        _used = false;
        return used;
    }

    public bool IsHot => _hits >= CacheLimits.HotHits;

    /// <summary>After a failed attempt to renew it, the time before which none is made (RFC 8767 §5, failure recheck timer).</summary>
    public long RecheckAt
    {
        get => Volatile.Read(ref _recheckAt);
        set => Volatile.Write(ref _recheckAt, value);
    }

    /// <summary>Seconds left to show; what is nearly over is never shown as more than it is.</summary>
    public uint TtlAt(long now) => Expires <= now ? 0 : (uint)((Expires - now + 999) / 1_000);

    public bool IsExpired(long now) => Expires <= now;

    public bool Is(scoped CacheKey key) => Hash == key.Hash && Type == key.Type && NameBytes.Equal(_name, key.Name);

    /// <summary>Notes a use; writes only what changes, so that a hot entry stays in every processor's cache.</summary>
    public void Touch()
    {
        if (!_used)
        {
            _used = true;
        }

        if (_hits < CacheLimits.HotHits)
        {
            _hits++;
        }
    }

    /// <summary>Moves the marks on, unless somebody else has.</summary>
    public void Lift(ZoneMarks from, ZoneMarks to) => Interlocked.CompareExchange(ref _marks, to, from);

    /// <summary>True for the one who is to renew it.</summary>
    public bool TryBeginRefresh() => Volatile.Read(ref _refreshing) == 0 && Interlocked.Exchange(ref _refreshing, 1) == 0;

    public void EndRefresh() => Volatile.Write(ref _refreshing, 0);
}
