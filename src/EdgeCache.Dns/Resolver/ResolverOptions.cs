using System.ComponentModel.DataAnnotations;
using System.Net;

namespace EdgeCache.Dns.Resolver;

/// <summary>What a recursive resolver is told. The defaults are those of the documents.</summary>
public sealed class ResolverOptions
{
    /// <summary>Where iteration starts; null when everything is forwarded.</summary>
    public RootHints? Hints { get; init; }

    /// <summary>Servers that are asked to recurse, by zone; <c>.</c> stands for everything.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IPEndPoint>> Forwards { get; init; } = new Dictionary<string, IReadOnlyList<IPEndPoint>>();

    /// <summary>Port of all authorities: a referral carries none.</summary>
    [Range(1, 65_535)]
    public int UpstreamPort { get; init; } = 53;

    /// <summary>The address questions leave from; null leaves it to the system.</summary>
    public IPAddress? Outgoing { get; init; }

    /// <summary>Follow changes of records through the log in zones that are pushed; false waits for TTLs everywhere.</summary>
    public bool Push { get; init; } = true;

    /// <summary>Octets for everything cached.</summary>
    [Range(1L << 20, 1L << 40)]
    public long MemoryBytes { get; init; } = 64L << 20;

    /// <summary>Lives below this are lengthened, seconds.</summary>
    [Range(0, 3_600)]
    public uint MinTtl { get; init; }

    /// <summary>Lives above this are shortened, seconds.</summary>
    [Range(1, 604_800)]
    public uint MaxTtl { get; init; } = 86_400;

    /// <summary>The same for negative answers (RFC 2308 §5).</summary>
    [Range(1, 604_800)]
    public uint MaxNegativeTtl { get; init; } = 3_600;

    /// <summary>How long a server may take for one UDP answer.</summary>
    public TimeSpan UdpTimeout { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How long a server may take over TCP, connecting included.</summary>
    public TimeSpan TcpTimeout { get; init; } = TimeSpan.FromMilliseconds(1_500);

    /// <summary>How long one question may take altogether.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMilliseconds(4_800);

    /// <summary>Send no more of a name than each server needs (RFC 9156), relaxed: a server that cannot cope is asked in full.</summary>
    public bool MinimiseNames { get; init; } = true;

    /// <summary>Mix the case of names at random, which a forged answer must match.</summary>
    public bool MixCase { get; init; } = true;

    /// <summary>Ask servers over IPv6; null finds out whether there is a route.</summary>
    public bool? UseIPv6 { get; init; }

    /// <summary>Give old answers when no new ones can be had (RFC 8767).</summary>
    public bool ServeStale { get; init; } = true;

    /// <summary>A client waits this long for a new answer before it is given an old one (RFC 8767 §5, client response timer).</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromMilliseconds(1_800);

    /// <summary>TTL shown with an old answer, seconds.</summary>
    [Range(1, 3_600)]
    public uint StaleTtl { get; init; } = 30;

    /// <summary>After a failed attempt none is made for this long; old answers are given at once.</summary>
    public TimeSpan StaleRecheck { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Fetch hot answers again shortly before they end.</summary>
    public bool Prefetch { get; init; } = true;

    /// <summary>Identifier for those who ask (NSID, RFC 5001); empty for none.</summary>
    public string ServerId { get; init; } = string.Empty;
}
