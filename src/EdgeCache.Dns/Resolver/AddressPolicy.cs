using System.Net;
using System.Net.Sockets;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// Which addresses a server may have. Addresses of this machine and of private networks are refused, or a stranger's NS record would make this resolver
/// ask services that only it can reach; they are allowed when a root hint or forwarder is itself such an address. Immutable.
/// </summary>
internal sealed class AddressPolicy
{
    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fe80::/10"),
    ];

    private static readonly IPNetwork[] Never =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("224.0.0.0/3"), IPNetwork.Parse("::/128"), IPNetwork.Parse("ff00::/8"),
    ];

    private readonly bool _useIPv6;

    public AddressPolicy(IEnumerable<IPAddress> configured, bool useIPv6)
    {
        AllowsPrivate = configured.Any(IsPrivate);
        _useIPv6 = useIPv6;
    }

    public bool AllowsPrivate { get; }

    public bool UsesIPv6 => _useIPv6;

    public bool Allows(IPAddress address)
    {
        // ::ffff:a.b.c.d is an IPv4 address in disguise.
        if (address.IsIPv4MappedToIPv6 || (address.AddressFamily == AddressFamily.InterNetworkV6 && !_useIPv6))
        {
            return false;
        }

        return !Array.Exists(Never, n => n.Contains(address)) && (AllowsPrivate || !IsPrivate(address));
    }

    public static bool IsPrivate(IPAddress address) => Array.Exists(Private, n => n.Contains(address));
}
