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
    private readonly RedisAddress? _address;
    private readonly Task _connecting;
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ConnectionMultiplexer? _multiplexer;
    private volatile ConnectionMultiplexer? _writer;
    private readonly Lock _asking = new();
    private volatile RedisServerFacts _facts = RedisServerFacts.Unknown;
    private Task<RedisServerFacts>? _asked;

    public RedisConnection(RedisStoreOptions options, ILogger log)
    {
        _options = options;
        _log = log;
        _ = RedisAddress.TryParse(options.Connection, out _address, out _);
        _connecting = ConnectAsync();
    }

    /// <summary>Called after the first connection and after each that follows a break.</summary>
    public event Action? Connected;

    /// <summary>Ends when both connections are up for the first time, or never can be.</summary>
    public Task First => _first.Task;

    /// <summary>Where it is looked for.</summary>
    public string Address => _address?.ToString() ?? _options.Connection;

    /// <summary>The database, for reads.</summary>
    /// <exception cref="StoreException">There is no connection.</exception>
    public IDatabase Database => Of(_multiplexer);

    /// <summary>The database over the one connection that writes (PLANE.md 5), so that waiting for a replica holds up no read.</summary>
    /// <exception cref="StoreException">There is no connection.</exception>
    public IDatabase Writer => Of(_writer);

    /// <summary>Pub/sub; null before the first connection. Subscriptions are renewed by the client after a break.</summary>
    public ISubscriber? Subscriber => _multiplexer?.GetSubscriber();

    /// <summary>
    /// What the server process of <paramref name="runId"/> says of itself, which may have to be asked first; <see cref="RedisServerFacts.Unknown"/> when yet another has taken its place. What
    /// was learnt of one process is never taken for another's: one that took over may have lost what the first would have kept.
    /// </summary>
    /// <exception cref="RedisException">It did not answer; neither may it with a <see cref="TimeoutException"/>.</exception>
    /// <exception cref="StoreException">There is no connection.</exception>
    public async ValueTask<RedisServerFacts> FactsOfAsync(string runId)
    {
        for (var asked = 0; _facts.RunId != runId && asked < 2; asked++)
        {
            // Twice: a question under way may have gone to the process before.
            await AskAsync();
        }

        var facts = _facts;
        return facts.RunId == runId ? facts : RedisServerFacts.Unknown;
    }

    /// <summary>A fault of the client in words for people: without the client's own state, without the name of a script.</summary>
    public StoreException Told(Exception fault) => fault switch
    {
        StoreException told => told,
        TimeoutException => new StoreException($"Redis at {Address} did not answer in time", fault),
        _ => new StoreException($"Redis at {Address}: {fault.Message.Split(" script: ", 2)[0].TrimEnd('.')}", fault),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _connecting;
        foreach (var up in new[] { _writer, _multiplexer })
        {
            await (up?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private IDatabase Of(ConnectionMultiplexer? up) =>
        up is { IsConnected: true } ? up.GetDatabase() : throw new StoreException($"Redis at {Address} cannot be reached");

    private async Task ConnectAsync()
    {
        if (_address is null)
        {
            LogGaveUp(_log, Address, "it is not an address of a Redis");
            _first.TrySetResult();
            return;
        }

        try
        {
            var writer = ConnectionMultiplexer.ConnectAsync(RedisSettings.For(_options, _address, isWriter: true));
            var up = await ConnectionMultiplexer.ConnectAsync(RedisSettings.For(_options, _address, isWriter: false));
            up.ConnectionRestored += (_, e) =>
            {
                if (e.ConnectionType == ConnectionType.Interactive)
                {
                    _ = CheckAsync(up);
                }
            };
            _multiplexer = up;
            _writer = await writer;
            _writer.ConnectionRestored += (_, _) => ArriveFirst();
            if (!up.IsConnected)
            {
                LogUnreachable(_log, Address);
            }

            await CheckAsync(up);
        }
        catch (Exception e) when (e is RedisException or ArgumentException or IOException or System.Security.Cryptography.CryptographicException)
        {
            LogGaveUp(_log, Address, e.Message);
            _first.TrySetResult();
        }
    }

    private void ArriveFirst()
    {
        if (_multiplexer is { IsConnected: true } && _writer is { IsConnected: true })
        {
            _first.TrySetResult();
        }
    }

    private async Task CheckAsync(ConnectionMultiplexer up)
    {
        try
        {
            if (up.IsConnected)
            {
                Connected?.Invoke();
                ArriveFirst();
                foreach (var complaint in (await AskAsync()).Complaints)
                {
                    LogComplaint(_log, Address, complaint);
                }
            }
        }
        catch (Exception e) when (e is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException or StoreException)
        {
            LogCheckFailed(_log, Address, e.Message);
        }
    }

    /// <summary>Asks the server what it is; who comes while somebody asks shares the answer.</summary>
    private Task<RedisServerFacts> AskAsync()
    {
        lock (_asking)
        {
            return _asked is { IsCompleted: false } running ? running : _asked = ReadFactsAsync();
        }
    }

    private async Task<RedisServerFacts> ReadFactsAsync()
    {
        var up = _multiplexer is { IsConnected: true } reader ? reader : _writer is { IsConnected: true } writer ? writer : throw new StoreException($"Redis at {Address} cannot be reached");
        return _facts = await RedisServerFacts.ReadAsync(up, _options.Durability);
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
