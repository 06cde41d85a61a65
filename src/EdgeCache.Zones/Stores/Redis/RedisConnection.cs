using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>
/// The connection, made in the background and made again with jitter: a Redis that is down delays nobody's start. Until it is there every command fails at once
/// with a <see cref="StoreException"/> that says so. Thread-safe.
/// </summary>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    private readonly RedisStoreOptions _options;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _connecting;
    private volatile ConnectionMultiplexer? _multiplexer;
    private volatile RedisServerFacts _facts = RedisServerFacts.Unknown;

    public RedisConnection(RedisStoreOptions options, ILogger log)
    {
        _options = options;
        _log = log;
        _connecting = ConnectAsync();
    }

    /// <summary>Called after the first connection and after each that follows a break.</summary>
    public event Action? Connected;

    /// <summary>What the server said of itself last.</summary>
    public RedisServerFacts Facts => _facts;

    /// <summary>Where it is looked for.</summary>
    public string Address => string.Join(", ", ConfigurationOptions.Parse(_options.Connection).EndPoints.Select(e => e is DnsEndPoint d ? $"{d.Host}:{d.Port}" : $"{e}"));

    /// <summary>The database.</summary>
    /// <exception cref="StoreException">There is no connection.</exception>
    public IDatabase Database => _multiplexer is { IsConnected: true } up ? up.GetDatabase() : throw new StoreException($"Redis at {Address} cannot be reached");

    /// <summary>Pub/sub; null before the first connection. Subscriptions are renewed by the client after a break.</summary>
    public ISubscriber? Subscriber => _multiplexer?.GetSubscriber();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _connecting;
        if (_multiplexer is { } up)
        {
            await up.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task ConnectAsync()
    {
        var settings = ConfigurationOptions.Parse(_options.Connection);
        settings.AbortOnConnectFail = false;
        settings.ConnectTimeout = 2_000;
        settings.AsyncTimeout = (int)_options.CommandTimeout.TotalMilliseconds;
        settings.SyncTimeout = settings.AsyncTimeout;
        settings.BacklogPolicy = BacklogPolicy.FailFast;
        settings.KeepAlive = 10;
        settings.AllowAdmin = true; // CONFIG GET, for the durability check
        settings.HeartbeatInterval = TimeSpan.FromMilliseconds(250);
        settings.ReconnectRetryPolicy = new ExponentialRetry(50, 1_000); // jittered by the client
        settings.ClientName ??= "edgecache";
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var up = await ConnectionMultiplexer.ConnectAsync(settings);
                up.ConnectionRestored += (_, e) =>
                {
                    if (e.ConnectionType == ConnectionType.Interactive)
                    {
                        _ = CheckAsync(up);
                    }
                };
                _multiplexer = up;
                if (!up.IsConnected)
                {
                    LogUnreachable(_log, Address);
                }

                await CheckAsync(up);
                return;
            }
        }
        catch (Exception e) when (e is RedisException or OperationCanceledException or ArgumentException)
        {
            LogGaveUp(_log, Address, e.Message);
        }
    }

    private async Task CheckAsync(ConnectionMultiplexer up)
    {
        try
        {
            if (up.IsConnected)
            {
                Connected?.Invoke();
                _facts = await RedisServerFacts.ReadAsync(up, _options.Durability);
                foreach (var complaint in _facts.Complaints)
                {
                    LogComplaint(_log, Address, complaint);
                }
            }
        }
        catch (Exception e) when (e is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException)
        {
            LogCheckFailed(_log, Address, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis at {Address} cannot be reached; going on without, trying again")]
    private static partial void LogUnreachable(ILogger logger, string address);

    [LoggerMessage(Level = LogLevel.Error, Message = "Redis at {Address} cannot be used: {Reason}")]
    private static partial void LogGaveUp(ILogger logger, string address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis at {Address}: {Complaint}")]
    private static partial void LogComplaint(ILogger logger, string address, string complaint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis at {Address} did not answer what it is: {Reason}")]
    private static partial void LogCheckFailed(ILogger logger, string address, string reason);
}
