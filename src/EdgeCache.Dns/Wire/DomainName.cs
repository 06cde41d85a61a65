using System.Text;

namespace EdgeCache.Dns.Wire;

/// <summary>
/// A domain name as it crosses the wire, uncompressed and with its case. Immutable; equal and hashed without regard to ASCII case; the default is
/// the root. Ordered canonically (RFC 4034 §6.1).
/// </summary>
internal readonly struct DomainName : IEquatable<DomainName>, IComparable<DomainName>
{
    private readonly byte[]? _wire;

    private DomainName(byte[] wire) => _wire = wire;

    public static DomainName Root => default;

    /// <summary>Uncompressed wire form, with the root's zero octet.</summary>
    public ReadOnlySpan<byte> Wire => _wire ?? NameBytes.Root;

    public bool IsRoot => _wire is null or { Length: 1 };

    public int Labels => NameBytes.CountLabels(Wire);

    public DomainName Parent => IsRoot ? Root : FromWire(NameBytes.Parent(Wire));

    public bool IsWildcard => NameBytes.IsWildcard(Wire);

    public static bool operator ==(DomainName left, DomainName right) => left.Equals(right);

    public static bool operator !=(DomainName left, DomainName right) => !left.Equals(right);

    public static bool operator <(DomainName left, DomainName right) => left.CompareTo(right) < 0;

    public static bool operator >(DomainName left, DomainName right) => left.CompareTo(right) > 0;

    public static bool operator <=(DomainName left, DomainName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DomainName left, DomainName right) => left.CompareTo(right) >= 0;

    /// <summary>Copies a well-formed name, as <see cref="WireReader"/> reads them.</summary>
    public static DomainName FromWire(ReadOnlySpan<byte> wire) => NameBytes.IsRoot(wire) ? Root : new DomainName(wire.ToArray());

    /// <summary>A name in presentation form, absolute with or without its final dot.</summary>
    public static bool TryParse(string text, out DomainName name) => Parse(text, Root, out name) == NameFault.None;

    /// <summary>A name in presentation form; without a final dot it is relative to <paramref name="origin"/>, and <c>@</c> is the origin.</summary>
    public static NameFault Parse(string text, DomainName origin, out DomainName name)
    {
        name = origin;
        if (text == "@")
        {
            return NameFault.None;
        }

        // Escapes make four characters of an octet, so this is far above any legal text.
        if (text.Length > WireLimits.MaxName * 4)
        {
            return NameFault.NameTooLong;
        }

        Span<byte> octets = stackalloc byte[WireLimits.MaxName * 4 * 3];
        Span<byte> wire = stackalloc byte[WireLimits.MaxName];
        int count = Encoding.UTF8.GetBytes(text, octets);
        NameFault fault = NameText.Parse(octets[..count], origin.Wire, wire, out int length);
        name = fault == NameFault.None ? FromWire(wire[..length]) : Root;
        return fault;
    }

    public bool IsWithin(DomainName ancestor) => NameBytes.IsWithin(Wire, ancestor.Wire);

    public bool Equals(DomainName other) => NameBytes.Equal(Wire, other.Wire);

    public override bool Equals(object? obj) => obj is DomainName other && Equals(other);

    public override int GetHashCode() => unchecked((int)NameBytes.Hash(Wire));

    public int CompareTo(DomainName other) => NameBytes.Compare(Wire, other.Wire);

    /// <summary>Presentation form with the final dot.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Wire.Length);
        NameText.Format(Wire, text);
        return text.ToString();
    }
}
