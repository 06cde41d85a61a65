using System.Globalization;
using EdgeCache.Load.Scenarios;

namespace EdgeCache.Load.Topology;

/// <summary>A Redis and the <c>edgecache origin</c> on it; processes of the first region have bare names, others a number behind.</summary>
internal sealed class Region(int number, int redisPort, int adminPort, TimeSpan ttl)
{
    public int RedisPort => redisPort;

    public int AdminPort => adminPort;

    public EdgeCachePublisher Publisher { get; } = new(adminPort, ttl);

    private string Id => $"region-{number}";

    /// <summary>The name of one of its processes.</summary>
    public string Name(string role) => number == 1 ? role : $"{role}-{number}";

    /// <summary>What its edges need to know where there is more than one region.</summary>
    public IEnumerable<string> EdgeFlags(int regions) => regions == 1 ? [] : ["--region", Id];

    /// <summary>What an origin is told of the other region.</summary>
    public static IEnumerable<string> Flags(TargetPlan plan, Region region, IReadOnlyList<Region> all)
    {
        var delay = string.Create(CultureInfo.InvariantCulture, $"{plan.ReplicationDelayMilliseconds:F0}ms");
        return plan.Regions switch
        {
            RegionKind.TwoWriters => ["--region", region.Id, "--replicate-from", $"http://127.0.0.1:{all.First(r => r != region).AdminPort}", "--replication-delay", delay],
            RegionKind.PrimaryAndReplica when region == all[0] => ["--region", region.Id],
            RegionKind.PrimaryAndReplica => ["--region", region.Id, "--replica-of", $"http://127.0.0.1:{all[0].AdminPort}", "--replication-delay", delay],
            _ => [],
        };
    }
}
