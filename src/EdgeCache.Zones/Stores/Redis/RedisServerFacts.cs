using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>What the server says of itself, and what of that falls short of the configured durability. Immutable.</summary>
internal sealed record RedisServerFacts(Version Version, bool FsyncsEachWrite, IReadOnlyList<string> Complaints)
{
    /// <summary>The first version with WAITAOF.</summary>
    public static readonly Version WaitAof = new(7, 2);

    /// <summary>Before anything was asked: nothing may be relied on.</summary>
    public static RedisServerFacts Unknown { get; } = new(new Version(0, 0), false, []);

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

        if (wanted == RedisDurability.Fsync && !always && server.Version < WaitAof)
        {
            complaints.Add($"durability fsync needs appendonly yes and appendfsync always below 7.2 (here: appendonly {appendOnly ?? "?"}, appendfsync {fsync ?? "?"}, version {server.Version})");
        }

        return new RedisServerFacts(server.Version, always, complaints);
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
