namespace EdgeCache.Zones.Stores.Redis;

/// <summary>What the parts of one Redis store share. Thread-safe.</summary>
internal sealed class RedisStoreParts(RedisStoreOptions options, RedisConnection connection, RedisDirectory directory, Random random)
{
    private readonly Lock _lock = new();

    public RedisStoreOptions Options => options;

    public RedisConnection Connection => connection;

    public RedisDirectory Directory => directory;

    public RedisDurabilityGate Durability { get; } = new(options, connection);

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
}
