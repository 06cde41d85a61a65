using System.ComponentModel.DataAnnotations;
using System.Net;

namespace EdgeCache.Dns.Transport;

/// <summary>Listeners of one DNS server and their limits.</summary>
public sealed class DnsServerOptions
{
    /// <summary>Addresses to listen on, each with UDP and TCP. Port 0 picks one port for both.</summary>
    [MinLength(1)]
    public IList<IPEndPoint> Endpoints { get; init; } = [];

    /// <summary>Receiving threads per address; 0 means one per processor, at most four.</summary>
    [Range(0, 64)]
    public int UdpThreads { get; set; }

    /// <summary>UDP queries that may wait for an answer at a time; more are dropped and counted.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaitingUdp { get; set; } = 4_096;

    /// <summary>TCP queries that may wait for an answer at a time, over all connections.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaitingTcp { get; set; } = 1_024;

    /// <summary>Open connections; a further one closes the one that has been idle longest.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 1_024;

    /// <summary>Queries of one connection that may wait at a time; reading pauses above it (RFC 7766 §6.2.1.1).</summary>
    [Range(1, 10_000)]
    public int MaxPipelined { get; set; } = 64;

    /// <summary>A connection without a query is closed after this (RFC 7766 §6.2.3: a few seconds).</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>From the first octet of a message to its last, and from the first octet of an answer until the client has taken it.</summary>
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long stopping waits for answers under way.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Use batched system calls where the platform has them; off is for comparison.</summary>
    public bool Batching { get; set; } = true;

    /// <summary>The number of receiving threads per address that <see cref="UdpThreads"/> means here.</summary>
    internal int EffectiveUdpThreads => UdpThreads > 0 ? UdpThreads : Math.Clamp(Environment.ProcessorCount, 1, 4);
}
