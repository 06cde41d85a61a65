using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Cache;

/// <summary>A name and a type to look for; over memory of the caller. Equal without regard to ASCII case.</summary>
internal readonly ref struct CacheKey
{
    private const ulong TypeFactor = 0xD6E8_FEB8_6659_FD93;

    public CacheKey(ReadOnlySpan<byte> name, RecordType type)
        : this(name, NameBytes.SuffixHash(name), type)
    {
    }

    /// <param name="name">Wire form.</param>
    /// <param name="nameHash">As <see cref="NameBytes.SuffixHash"/>.</param>
    /// <param name="type">The type, or one of the two marks.</param>
    public CacheKey(ReadOnlySpan<byte> name, ulong nameHash, RecordType type)
    {
        Name = name;
        Type = type;
        Hash = nameHash ^ unchecked((ulong)type * TypeFactor);
    }

    public ReadOnlySpan<byte> Name { get; }

    public RecordType Type { get; }

    public ulong Hash { get; }

    /// <summary>The type under which the knowledge is kept that a name does not exist: no type, since it covers all.</summary>
    public const RecordType NoName = RecordType.None;

    /// <summary>The type under which a delegation is kept; no record has it (RFC 6895 §3.1 reserves it).</summary>
    public const RecordType Cut = (RecordType)65_535;
}
