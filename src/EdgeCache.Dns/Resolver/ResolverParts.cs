using System.Net;
using System.Net.Sockets;
using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Resolver.Levels;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Sessions;

namespace EdgeCache.Dns.Resolver;

/// <summary>Puts a resolver together. Immutable.</summary>
internal sealed class ResolverParts : IDisposable
{
    private readonly UpstreamLoops? _loops;

    public ResolverParts(
        ResolverOptions options,
        IFollower? follower,
        SessionTokens? tokens,
        TimeProvider time,
        TimeProvider lives,
        IUpstreamTransport? transport,
        TraceStep? trace,
        Action<CachedEntry> prefetch)
    {
        var random = new CryptoRandom();
        var clock = new CacheClock(lives);
        var cache = new DnsCache(options.MemoryBytes, clock);
        var book = new ServerBook(clock);
        Upstream = new UpstreamCounters();
        Zones = follower is null ? null : new FollowedApexes(follower, options.Push);
        if (Zones is { } zones)
        {
            zones.OnArrived = () => cache.RemoveWhere(e => !zones.IsMarkedRightly(e));
        }

        Freshness = new Freshness(time, follower);
        var reader = new CacheReader(cache, clock, Freshness);
        var writer = new CacheWriter(cache, clock, options, Zones);
        Dictionary<DomainName, Delegation> starts = Starts(options);
        List<IPAddress> configured = [.. starts.Values.SelectMany(static s => s.Forwarders?.Select(static f => f.Address) ?? s.Hosts.SelectMany(static h => h.Glue))];
        var policy = new AddressPolicy(configured, options.UseIPv6 ?? HasIPv6Route(configured));
        _loops = transport is null ? new UpstreamLoops(time, random, Upstream, options.Outgoing) : null;
        transport ??= new SocketUpstream(time, random, Upstream, options.Outgoing, _loops);
        Exchange = new ServerExchange(transport, book, options, random);
        Stale = new StaleAnswers(reader, Freshness, options);
        Core = new ResolverCore
        {
            Options = options,
            Time = time,
            Cache = cache,
            Reader = reader,
            Writer = writer,
            Asker = new ZoneAsker(Exchange, book, reader, writer, policy, random, options.UpstreamPort),
            Failures = new FailureMemory(reader, writer, Stale, options),
            Parents = new ParentRests(clock),
            Local = new LocalNames(options.Hints is not null && !policy.AllowsPrivate, [.. starts.Keys.Where(k => starts[k].Forwarders is not null)]),
            Starts = starts,
            Trace = trace,
        };
        Sweep = Zones is null ? null : new CacheSweep(cache, Zones, time);
        Levels = new LevelGate(Zones, tokens, time);
        Hits = new HitPath(reader, options, prefetch);
        byte[] secret = new byte[SipHash24.KeyLength];
        random.NextBytes(secret);
        Identity = new ServerIdentity(options.ServerId, secret, time);
    }

    public ResolverCore Core { get; }

    public FollowedApexes? Zones { get; }

    public Freshness Freshness { get; }

    public ServerExchange Exchange { get; }

    public HitPath Hits { get; }

    public LevelGate Levels { get; }

    public CacheSweep? Sweep { get; }

    public StaleAnswers Stale { get; }

    public RunningQuestions Running { get; } = new();

    public ResolverCounters Counters { get; } = new();

    public UpstreamCounters Upstream { get; }

    public ServerIdentity Identity { get; }

    public void Dispose()
    {
        Sweep?.Dispose();
        _loops?.Dispose();
    }

    private static Dictionary<DomainName, Delegation> Starts(ResolverOptions options)
    {
        var starts = new Dictionary<DomainName, Delegation>();
        if (options.Hints is { } hints)
        {
            starts[DomainName.Root] = hints.Root;
        }

        foreach ((string zone, IReadOnlyList<IPEndPoint> servers) in options.Forwards)
        {
            if (DomainName.TryParse(zone, out DomainName apex))
            {
                starts[apex] = new Delegation(apex, [], servers);
            }
        }

        return starts;
    }

    /// <summary>Asks the system for a route without sending anything.</summary>
    private static bool HasIPv6Route(List<IPAddress> configured)
    {
        if (!Socket.OSSupportsIPv6)
        {
            return false;
        }

        // A hint on this machine's own IPv6 address says that it is to be used; else a public address decides (2001:500::/30 holds the root's servers).
        IPAddress target = configured.Find(static a => a.AddressFamily == AddressFamily.InterNetworkV6) ?? IPAddress.Parse("2001:503:ba3e::2:30");
        try
        {
            using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(new IPEndPoint(target, 53));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
