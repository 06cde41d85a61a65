using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// Remembers what could not be resolved, so that it is not tried again at once, be it a client's question, the target of an alias or the address of a server
/// (RFC 9520 §3.2). Where an old answer is left, that is what waits for the next attempt (RFC 8767 §5). Kept in the cache and bounded with it. Thread-safe.
/// </summary>
internal sealed class FailureMemory
{
    private readonly CacheReader _reader;
    private readonly CacheWriter _writer;
    private readonly StaleAnswers _stale;
    private readonly long _recheck;

    public FailureMemory(CacheReader reader, CacheWriter writer, StaleAnswers stale, ResolverOptions options)
    {
        _reader = reader;
        _writer = writer;
        _stale = stale;
        _recheck = (long)options.StaleRecheck.TotalMilliseconds;
    }

    public void Remember(Asked asked, ExtendedError error)
    {
        if (_stale.Find(asked) is { } stale)
        {
            stale.Entry.RecheckAt = _reader.Now + _recheck;
        }
        else if (_reader.Find(asked.Name.Wire, asked.Type, _reader.Now).Entry is null)
        {
            // Nobody has found it meanwhile.
            _writer.KeepFailure(asked, error);
        }
    }

    /// <summary>It failed a moment ago, and an old answer is why the cache does not say so.</summary>
    public bool IsResting(Asked asked) => _stale.Find(asked) is { } stale && stale.Entry.RecheckAt > _reader.Now;
}
