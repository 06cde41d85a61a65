using EdgeCache.Dns.Authority.Transfers;
using EdgeCache.Zones.Records;

namespace EdgeCache.Dns.Authority;

/// <summary>What one authoritative server is told.</summary>
public sealed record AuthorityOptions
{
    /// <summary>The zones it serves; empty for all that its follower knows, but never the zone <c>default</c>.</summary>
    public IReadOnlyList<ZoneName> Zones { get; init; } = [];

    /// <summary>The identifier given to those who ask for it (NSID, RFC 5001); empty for none.</summary>
    public string ServerId { get; init; } = string.Empty;

    /// <summary>The secret of server cookies (RFC 9018), 16 octets; the same on all servers that share an address. Empty: a random one.</summary>
    public ReadOnlyMemory<byte> CookieSecret { get; init; }

    /// <summary>Zones of master files to answer from until the log has brought them; null for none.</summary>
    public ZonesAhead? Ahead { get; init; }

    /// <summary>True where the log is a copy of another: a zone gets SERVFAIL until the copy has come as far as the primary once, instead of answers from a part of it.</summary>
    public bool IsCopy { get; init; }

    /// <summary>Zone transfers, their keys and NOTIFY.</summary>
    public TransferOptions Transfers { get; init; } = new();
}
