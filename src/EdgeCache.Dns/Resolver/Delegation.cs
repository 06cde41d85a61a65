using System.Net;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>One server of a zone: its name and the addresses its parent gave with it.</summary>
internal sealed record ServerHost(DomainName Name, IReadOnlyList<IPAddress> Glue);

/// <summary>
/// Which servers answer for a zone, as the parent said it, glue included: both live and end together, and a child cannot prolong its own delegation.
/// Immutable.
/// </summary>
internal sealed class Delegation
{
    private const int HostOverhead = 96;
    private const int AddressOverhead = 64;

    public Delegation(DomainName zone, IReadOnlyList<ServerHost> hosts, IReadOnlyList<IPEndPoint>? forwarders = null)
    {
        Zone = zone;
        Hosts = hosts;
        Forwarders = forwarders;
    }

    public DomainName Zone { get; }

    public IReadOnlyList<ServerHost> Hosts { get; }

    /// <summary>Servers that are asked to recurse instead; null for authorities.</summary>
    public IReadOnlyList<IPEndPoint>? Forwarders { get; }

    /// <summary>
    /// When it ends by the cache's clock, milliseconds: never after the one it was learnt through, or servers of a zone that its parent has withdrawn could
    /// go on with one delegation below the other.
    /// </summary>
    public long Until { get; init; } = long.MaxValue;

    /// <summary>From configuration: never expires, and nobody above it can be asked for a newer one.</summary>
    public bool IsFixed => Forwarders is not null || Zone.IsRoot;

    public int Size => Hosts.Sum(static h => HostOverhead + h.Name.Wire.Length + (h.Glue.Count * AddressOverhead));
}
