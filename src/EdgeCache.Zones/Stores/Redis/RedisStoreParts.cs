using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>What the parts of one Redis store share. Thread-safe.</summary>
internal sealed class RedisStoreParts(RedisStoreOptions options, RedisConnection connection, RedisDirectory directory, Random random)
{
    private readonly Lock _lock = new();

    public RedisStoreOptions Options => options;

    public RedisConnection Connection => connection;

    public RedisDirectory Directory => directory;

    /// <summary>Half to all of a time, by chance.</summary>
    public double Jitter(double milliseconds)
    {
        lock (_lock)
        {
            return milliseconds * (0.5 + (random.NextDouble() / 2));
        }
    }

    /// <summary>A random number that is not zero.</summary>
    public ulong NextNumber()
    {
        lock (_lock)
        {
            return unchecked((ulong)random.NextInt64(1, long.MaxValue)); // positive by construction
        }
    }

    /// <summary>
    /// Waits for what the durability level promises; WAIT covers everything this connection sent before (PLANE.md 5). False: applied, but not known to be that durable.
    /// </summary>
    public async Task<bool> IsDurableAsync(IDatabase database)
    {
        var limit = (long)options.DurabilityTimeout.TotalMilliseconds;
        switch (options.Durability)
        {
            case RedisDurability.Replicated:
                return (long)await database.ExecuteAsync("WAIT", 1, limit) >= 1;
            case RedisDurability.Fsync when !connection.Facts.FsyncsEachWrite:
                return connection.Facts.Version >= RedisServerFacts.WaitAof
                    && ((RedisResult[])(await database.ExecuteAsync("WAITAOF", 1, 0, limit))!) is [var local, ..] && (long)local >= 1; // an array by its documentation
            default:
                return true;
        }
    }
}
