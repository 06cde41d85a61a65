namespace EdgeCache.Load.Running;

/// <summary>
/// The users of a run with their session tokens. A user does one thing at a time, as a browser tab does: two answers that overlap would race for the token, and a
/// guarantee that the user's own client broke would be blamed on the cache. When all are busy the arrival is anonymous. Thread-safe.
/// </summary>
internal sealed class SessionPool
{
    /// <summary>Number of an anonymous arrival: no token, in no session check.</summary>
    public const int Anonymous = -1;

    private readonly Lock _lock = new();
    private readonly string?[] _tokens;
    private readonly List<int> _idle;

    public SessionPool(int count)
    {
        _tokens = new string?[count];
        _idle = [.. Enumerable.Range(0, count)];
    }

    /// <summary>Takes an idle user by chance; its token so far.</summary>
    public int Take(Random random, out string? token)
    {
        lock (_lock)
        {
            token = null;
            if (_idle.Count == 0)
            {
                return Anonymous;
            }

            var at = random.Next(_idle.Count);
            var session = _idle[at];
            _idle[at] = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            token = _tokens[session];
            return session;
        }
    }

    /// <summary>The user is idle again and keeps the newest token it was given.</summary>
    public void Return(int session, string? token)
    {
        if (session == Anonymous)
        {
            return;
        }

        lock (_lock)
        {
            _tokens[session] = token ?? _tokens[session];
            _idle.Add(session);
        }
    }
}
