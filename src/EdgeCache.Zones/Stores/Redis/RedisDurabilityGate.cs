using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>
/// Waits on the writer connection until what was written before is as durable as configured (PLANE.md 5). One wait covers all commits that were answered before it was sent; those that
/// come meanwhile share the next. Each wait is preceded by a small write of its own, so that it also covers what another connection had written. Thread-safe.
/// </summary>
internal sealed class RedisDurabilityGate(RedisStoreOptions options, RedisConnection connection)
{
    /// <summary>Says which server process answered, so that a failover between commit and wait is noticed. KEYS: mark.</summary>
    private const string Mark = """
        redis.call('INCR', KEYS[1])
        return string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
        """;

    private static readonly RedisKey[] _mark = ["ec:durable"];
    private readonly Lock _lock = new();
    private Task<string?> _running = Task.FromResult<string?>(null);
    private Task<string?>? _next;

    /// <summary>True when everything that the server of <paramref name="runId"/> has answered so far is as durable as configured.</summary>
    public async Task<bool> CoversAsync(string runId)
    {
        if (options.Durability == RedisDurability.Memory)
        {
            return true;
        }

        if (options.Durability == RedisDurability.Fsync)
        {
            var facts = await connection.FactsOfAsync(runId);
            if (facts.FsyncsEachWrite || facts.Version < RedisServerFacts.WaitAof)
            {
                return facts.FsyncsEachWrite;
            }
        }

        Task<string?> mine;
        lock (_lock)
        {
            mine = _next ??= AfterAsync(_running);
        }

        return await mine == runId;
    }

    private async Task<string?> AfterAsync(Task<string?> before)
    {
        await Task.Yield(); // whoever starts it notes it first
        await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task<string?> mine;
        lock (_lock)
        {
            mine = _running = WaitAsync();
            _next = null;
        }

        return await mine;
    }

    /// <summary>The run id of the server that has all of it safe; null when it has not, or not yet.</summary>
    private async Task<string?> WaitAsync()
    {
        try
        {
            var database = connection.Writer;
            var limit = (long)options.DurabilityTimeout.TotalMilliseconds;
            var marked = database.ScriptEvaluateAsync(Mark, _mark);
            var waited = options.Durability == RedisDurability.Replicated ? database.ExecuteAsync("WAIT", 1, limit) : database.ExecuteAsync("WAITAOF", 1, 0, limit);
            var runId = (string?)await marked;
            var answer = await waited;
            return (options.Durability == RedisDurability.Replicated ? (long)answer : (long)((RedisResult[])answer!)[0]) >= 1 ? runId : null; // WAITAOF answers an array by its documentation
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException or StoreException)
        {
            return null;
        }
    }
}
