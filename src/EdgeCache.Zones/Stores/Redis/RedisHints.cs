using EdgeCache.Zones.Records;
using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>Listens on the hint channels of all shards from the first connection on, so that a subscriber misses nothing that is published after it came. The client renews subscriptions after a break. Thread-safe.</summary>
internal sealed class RedisHints
{
    private readonly RedisConnection _connection;
    private readonly HintSubscribers _subscribers = new();
    private int _listening;

    public RedisHints(RedisConnection connection)
    {
        _connection = connection;
        connection.Connected += ListenSoon;
    }

    /// <summary>Adds a listener until the result is disposed.</summary>
    public IDisposable Add(Action<Hint> onHint) => _subscribers.Add(onHint);

    // Owned by nobody: it ends with the subscription commands, and what fails is tried again at the next connection.
    private void ListenSoon() => _ = ListenAsync();

    private async Task ListenAsync()
    {
        if (_connection.Subscriber is not { } subscriber || Interlocked.Exchange(ref _listening, 1) == 1)
        {
            return;
        }

        try
        {
            // A queue per channel keeps the order of its messages.
            for (var shard = 0; shard < ZoneName.ShardCount; shard++)
            {
                var queue = await subscriber.SubscribeAsync(RedisKeys.Hints(shard));
                queue.OnMessage(message => Tell(message.Message));
            }
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            Volatile.Write(ref _listening, 0);
        }
    }

    private void Tell(RedisValue message)
    {
        if (HintMessage.Read(((ReadOnlyMemory<byte>)message).Span) is { } hint)
        {
            _subscribers.Tell(hint);
        }
    }
}
