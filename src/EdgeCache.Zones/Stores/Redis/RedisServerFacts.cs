using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>
/// What one server process says of itself, and what of that falls short of the configured durability. It holds for the process of <paramref name="RunId"/> only: another one may have taken
/// the address over at any moment. Immutable.
/// </summary>
internal sealed record RedisServerFacts(string RunId, Version Version, bool FsyncsEachWrite, bool MayFailOver, int Replicas, IReadOnlyList<string> Complaints)
{
    /// <summary>The first version with WAITAOF.</summary>
    public static readonly Version WaitAof = new(7, 2);

    /// <summary>Before anything was asked: nothing may be relied on.</summary>
    public static RedisServerFacts Unknown { get; } = new("", new Version(0, 0), false, true, 0, []);

    /// <summary>True when an acknowledged commit survives whatever process answers next: every write is on disk, and there is no replica that could take over without it.</summary>
    public bool KeepsEverything => FsyncsEachWrite && !MayFailOver;

    /// <summary>Asks; a server that refuses CONFIG is taken at its least. <see cref="Unknown"/> when the process changed while it was asked.</summary>
    /// <exception cref="RedisException">It did not answer; neither may it with a <see cref="TimeoutException"/>.</exception>
    public static async Task<RedisServerFacts> ReadAsync(IConnectionMultiplexer up, RedisDurability wanted)
    {
        var server = up.GetServers().FirstOrDefault(s => s.IsConnected) ?? throw new RedisException("it cannot be reached");
        var before = await InfoAsync(server);
        var policy = await ConfigAsync(server, "maxmemory-policy");
        var appendOnly = await ConfigAsync(server, "appendonly");
        var fsync = await ConfigAsync(server, "appendfsync");
        var about = await InfoAsync(server);
        var runId = about.GetValueOrDefault("run_id", "");
        if (runId.Length == 0 || runId != before.GetValueOrDefault("run_id", ""))
        {
            return Unknown;
        }

        var always = appendOnly == "yes" && fsync == "always";
        var version = Version.TryParse(about.GetValueOrDefault("redis_version"), out var told) ? told : server.Version;
        var complaints = new List<string>();
        if (version < new Version(6, 2))
        {
            complaints.Add($"version {version} is too old: XTRIM MINID needs 6.2");
        }

        if (policy is not (null or "noeviction"))
        {
            complaints.Add($"maxmemory-policy is {policy}, so Redis may drop records and log entries: set it to noeviction");
        }

        var replicas = int.TryParse(about.GetValueOrDefault("connected_slaves"), out var number) ? number : 0;
        var wasReplica = about.GetValueOrDefault("master_replid2", "0").Any(c => c != '0');
        if (about.GetValueOrDefault("role", "master") != "master")
        {
            complaints.Add("it is a replica: writes and polls need the primary");
        }

        if (wanted == RedisDurability.Replicated && replicas == 0)
        {
            complaints.Add("durability replicated needs a replica, and none is connected: every write will be answered applied-not-durable");
        }

        if (wanted == RedisDurability.Fsync && version >= WaitAof && appendOnly == "no")
        {
            complaints.Add("durability fsync needs appendonly yes: without it WAITAOF never succeeds and every write will be answered applied-not-durable");
        }

        if (wanted == RedisDurability.Fsync && !always && version < WaitAof)
        {
            complaints.Add($"durability fsync needs appendonly yes and appendfsync always below 7.2 (here: appendonly {appendOnly ?? "?"}, appendfsync {fsync ?? "?"}, version {version})");
        }

        return new RedisServerFacts(runId, version, always, replicas > 0 || wasReplica, replicas, complaints);
    }

    private static async Task<Dictionary<string, string>> InfoAsync(IServer server)
    {
        var about = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in (await server.InfoAsync()).SelectMany(g => g))
        {
            about[pair.Key] = pair.Value;
        }

        return about;
    }

    /// <summary>Null when it may not be asked.</summary>
    private static async Task<string?> ConfigAsync(IServer server, string name)
    {
        try
        {
            return (await server.ConfigGetAsync(name)).Select(p => p.Value).FirstOrDefault();
        }
        catch (Exception e) when (e is RedisServerException or RedisCommandException)
        {
            return null;
        }
    }
}
