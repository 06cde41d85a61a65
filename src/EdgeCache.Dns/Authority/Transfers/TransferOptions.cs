using System.Net;
using EdgeCache.Dns.Authority.Tsig;

namespace EdgeCache.Dns.Authority.Transfers;

/// <summary>Who may fetch whole zones, and who is told of changes.</summary>
public sealed record TransferOptions
{
    /// <summary>Networks that AXFR and IXFR are answered to; loopback alone by default. Others get REFUSED.</summary>
    public IReadOnlyList<IPNetwork> Allow { get; init; } = [new IPNetwork(IPAddress.Parse("127.0.0.0"), 8), new IPNetwork(IPAddress.IPv6Loopback, 128)];

    /// <summary>Keys that sign requests (RFC 8945, HMAC-SHA256). A request signed with any other is refused with NOTAUTH.</summary>
    public IReadOnlyList<TsigKey> Keys { get; init; } = [];

    /// <summary>Whether a transfer must be signed with one of <see cref="Keys"/>.</summary>
    public bool RequireKey { get; init; }

    /// <summary>Secondaries that get NOTIFY (RFC 1996), at most one a second for each zone.</summary>
    public IReadOnlyList<Secondary> Notify { get; init; } = [];

    /// <summary>The address NOTIFY is sent from; secondaries take it only from the address they know as the primary's.</summary>
    public IPAddress? NotifyFrom { get; init; }
}
