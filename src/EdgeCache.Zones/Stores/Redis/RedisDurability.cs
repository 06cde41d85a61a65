namespace EdgeCache.Zones.Stores.Redis;

/// <summary>What an acknowledged change survives.</summary>
public enum RedisDurability
{
    /// <summary>The crash of any process but Redis.</summary>
    Memory,

    /// <summary>Also the loss of the primary, where replicas are configured: each commit waits for one of them (WAIT).</summary>
    Replicated,

    /// <summary>Also a crash of Redis: <c>appendfsync always</c>, or WAITAOF from 7.2 on.</summary>
    Fsync,
}
