using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>What the server says of itself, and what of that falls short of the configured durability. Immutable.</summary>
internal sealed record RedisServerFacts(Version Version, bool FsyncsEachWrite, bool MayFailOver, int Replicas, IReadOnlyList<string> Complaints)
{
    /// <summary>The first version with WAITAOF.</summary>
    public static readonly Version WaitAof = new(7, 2);

    /// <summary>Before anything was asked: nothing may be relied on.</summary>
    public static RedisServerFacts Unknown { get; } = new(new Version(0, 0), false, true, 0, []);

    /// <summary>True when an acknowledged commit survives whatever process answers next: every write is on disk, and there is no replica that could take over without it.</summary>
    public bool KeepsEverything => FsyncsEachWrite && !MayFailOver;

    /// <summary>Asks; a server that refuses CONFIG is taken at its least.</summary>
    public static async Task<RedisServerFacts> ReadAsync(IConnectionMultiplexer up, RedisDurability wanted)
    {
        var server = up.GetServers().First(s => s.IsConnected);
        var policy = await ConfigAsync(server, "maxmemory-policy");
        var appendOnly = await ConfigAsync(server, "appendonly");
        var fsync = await ConfigAsync(server, "appendfsync");
        var always = appendOnly == "yes" && fsync == "always";
        var complaints = new List<string>();
        if (server.Version < new Version(6, 2))
        {
            complaints.Add($"version {server.Version} is too old: XTRIM MINID needs 6.2");
        }

        if (policy is not (null or "noeviction"))
        {
            complaints.Add($"maxmemory-policy is {policy}, so Redis may drop records and log entries: set it to noeviction");
        }

        var replication = await ReplicationAsync(server);
        var replicas = replication.TryGetValue("connected_slaves", out var slaves) && int.TryParse(slaves, out var number) ? number : 0;
        var wasReplica = replication.TryGetValue("master_replid2", out var before) && before.Any(c => c != '0');
        if (replication.TryGetValue("role", out var role) && role != "master")
        {
            complaints.Add("it is a replica: writes and polls need the primary");
        }

        if (wanted == RedisDurability.Replicated && replicas == 0)
        {
            complaints.Add("durability replicated needs a replica, and none is connected: every write will be answered applied-not-durable");
        }

        if (wanted == RedisDurability.Fsync && server.Version >= WaitAof && appendOnly == "no")
        {
            complaints.Add("durability fsync needs appendonly yes: without it WAITAOF never succeeds and every write will be answered applied-not-durable");
        }

        if (wanted == RedisDurability.Fsync && !always && server.Version < WaitAof)
        {
            complaints.Add($"durability fsync needs appendonly yes and appendfsync always below 7.2 (here: appendonly {appendOnly ?? "?"}, appendfsync {fsync ?? "?"}, version {server.Version})");
        }

        return new RedisServerFacts(server.Version, always, replicas > 0 || wasReplica, replicas, complaints);
    }

    private static async Task<Dictionary<string, string>> ReplicationAsync(IServer server)
    {
        try
        {
            return (await server.InfoAsync("replication")).SelectMany(g => g).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is RedisException or RedisCommandException or TimeoutException)
        {
            return [];
        }
    }

    private static async Task<string?> ConfigAsync(IServer server, string name)
    {
        try
        {
            return (await server.ConfigGetAsync(name)).Select(p => p.Value).FirstOrDefault();
        }
        catch (Exception e) when (e is RedisException or RedisCommandException or TimeoutException)
        {
            return null;
        }
    }
}
