using EdgeCache.Configuration;

namespace EdgeCache.Hosting;

/// <summary>What <c>edgecache</c> without arguments runs.</summary>
internal static class Everything
{
    /// <summary>The demonstration's zone.</summary>
    public const string ShopZone = "shop.test";

    /// <summary>The port of the three authorities: one for all, since a referral carries none.</summary>
    public const int AuthorityPort = 5301;

    /// <summary>Addresses of root, <c>test.</c> and <c>shop.test.</c></summary>
    public static readonly IReadOnlyList<(string Address, string Zone)> Hierarchy = [("127.0.0.11", "."), ("127.0.0.12", "test"), ("127.0.0.13", ShopZone)];

    public static ProgramOptions Options(string data) => new()
    {
        Store = new StoreOptions { Data = data },
        Zones = new Dictionary<string, ZoneOptions>(StringComparer.Ordinal)
        {
            ["."] = new(),
            ["test"] = new(),
            [ShopZone] = new() { Hosts = ["localhost", "127.0.0.1", "[::1]"] },
        },
        Origin = new OriginOptions { Dns = [.. Hierarchy.Select(h => new AuthorityOptions { Listen = $"{h.Address}:{AuthorityPort}", Zones = [h.Zone] })] },
        Shop = new ShopOptions(),
        Resolvers =
        [
            new ResolverOptions { Name = "resolver", Listen = ["127.0.0.1:5300"], HintAddresses = [Hierarchy[0].Address], UpstreamPort = AuthorityPort },
            new ResolverOptions { Name = "resolver-ttl", Listen = ["127.0.0.1:5310"], HintAddresses = [Hierarchy[0].Address], UpstreamPort = AuthorityPort, Mode = Zones.Policies.ResolverMode.Ttl },
        ],
        Edges =
        [
            new EdgeOptions { Name = "edge-a", Listen = ["http://localhost:8080"], Upstream = "http://127.0.0.1:8090" },
            new EdgeOptions { Name = "edge-b", Listen = ["http://localhost:8081"], Upstream = "http://127.0.0.1:8090" },
        ],
    };

    /// <summary>Printed when all is up.</summary>
    public static string Guide =>
        """

        Try:
          curl -si localhost:8080/products/1            a page of the shop through edge-a; again: a hit
          curl -si -X PUT -H 'Cache-Control: max-age=30' -d 192.0.2.77 localhost:9080/zones/shop.test/records/www/A
          dig +norecurse @127.0.0.11 -p 5301 www.shop.test     a referral; .12 and .13 go on
          dig @127.0.0.1 -p 5300 www.shop.test          the resolver that follows the log; 5310 waits for TTLs
          edgecache purge --tag product-1               stale on every node
          edgecache change wait <what purge printed>    until every node has applied it
          edgecache node list                           who follows, and how far
          open http://localhost:8080/                   the shop, with a form that saves and purges
        """;
}
