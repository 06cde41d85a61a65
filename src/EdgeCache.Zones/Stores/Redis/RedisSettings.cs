using System.Security.Authentication;
using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>The client library's settings for a store's options.</summary>
internal static class RedisSettings
{
    /// <summary>For reads and hints, or for the one connection that writes.</summary>
    public static ConfigurationOptions For(RedisStoreOptions options, RedisAddress address, bool isWriter)
    {
        var settings = new ConfigurationOptions
        {
            EndPoints = { { address.Host, address.Port } },
            User = address.User,
            Password = options.Password,
            Ssl = address.UsesTls,
            SslHost = address.UsesTls ? address.Host : null,
            SslProtocols = address.UsesTls ? SslProtocols.Tls12 | SslProtocols.Tls13 : null,
            AbortOnConnectFail = false,
            ConnectTimeout = 2_000,
            ConnectRetry = 1, // within the first attempt, which a stop waits for; after it the client goes on by itself
            AsyncTimeout = (int)(options.CommandTimeout + (isWriter ? options.DurabilityTimeout : TimeSpan.Zero)).TotalMilliseconds, // WAIT answers within its own limit
            BacklogPolicy = BacklogPolicy.FailFast,
            KeepAlive = 10,
            AllowAdmin = true, // CONFIG GET and INFO, for the durability check
            HeartbeatInterval = TimeSpan.FromMilliseconds(250),
            ReconnectRetryPolicy = new ExponentialRetry(50, 1_000), // jittered by the client
            ClientName = isWriter ? "edgecache-writer" : "edgecache",
        };
        settings.SyncTimeout = settings.AsyncTimeout;
        if (address.UsesTls && options.AuthorityFile is { } file)
        {
            settings.TrustIssuer(file);
        }

        if (isWriter)
        {
            settings.CommandMap = CommandMap.Create(new HashSet<string> { "SUBSCRIBE", "PSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE" }, available: false);
        }

        return settings;
    }
}
