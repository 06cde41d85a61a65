using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>A name being looked up: its wire form, lower case, and the hash of every suffix, over memory of the caller.</summary>
internal ref struct QueryName
{
    private readonly Span<byte> _wire;
    private readonly Span<byte> _lower;
    private readonly Span<byte> _starts;
    private readonly Span<ulong> _hashes;
    private int _length;

    /// <param name="octets">Room for <see cref="OctetsNeeded"/>.</param>
    /// <param name="hashes">Room for <see cref="HashesNeeded"/>.</param>
    public QueryName(Span<byte> octets, Span<ulong> hashes)
    {
        _wire = octets[..WireLimits.MaxName];
        _lower = octets.Slice(WireLimits.MaxName, WireLimits.MaxName);
        _starts = octets.Slice(WireLimits.MaxName * 2, WireLimits.MaxLabels + 1);
        _hashes = hashes;
    }

    public const int OctetsNeeded = (WireLimits.MaxName * 2) + WireLimits.MaxLabels + 1;

    public const int HashesNeeded = WireLimits.MaxLabels + 1;

    public int Labels { get; private set; }

    public readonly ReadOnlySpan<byte> Wire => _wire[.._length];

    public void Set(scoped ReadOnlySpan<byte> name)
    {
        name.CopyTo(_wire);
        _length = name.Length;
        NameBytes.ToLower(name, _lower);
        Labels = NameBytes.HashSuffixes(_lower, _starts, _hashes);
    }

    /// <summary>The last labels, in lower case.</summary>
    public readonly ReadOnlySpan<byte> Suffix(int labels) => _lower[_starts[Labels - labels].._length];

    public readonly ulong Hash(int labels) => _hashes[Labels - labels];

    /// <summary>Where the last labels start within the name.</summary>
    public readonly int Start(int labels) => _starts[Labels - labels];
}
