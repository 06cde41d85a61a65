namespace EdgeCache.Zones.Stores;

/// <summary>Whom a store tells of commits. Thread-safe; a callback must not block or throw.</summary>
internal sealed class HintSubscribers
{
    private readonly Lock _lock = new();
    private volatile Action<Hint>[] _all = [];

    /// <summary>True when somebody listens.</summary>
    public bool Any => _all.Length > 0;

    /// <summary>Adds one until the result is disposed.</summary>
    public IDisposable Add(Action<Hint> onHint)
    {
        // A wrapper of its own, so that one callback added twice is removed once.
        Action<Hint> mine = hint => onHint(hint);
        lock (_lock)
        {
            _all = [.. _all, mine];
        }

        return new Subscription(this, mine);
    }

    /// <summary>Tells all.</summary>
    public void Tell(Hint hint)
    {
        foreach (var onHint in _all)
        {
            onHint(hint);
        }
    }

    private void Remove(Action<Hint> onHint)
    {
        lock (_lock)
        {
            _all = [.. _all.Where(h => !ReferenceEquals(h, onHint))];
        }
    }

    private sealed class Subscription(HintSubscribers owner, Action<Hint> onHint) : IDisposable
    {
        public void Dispose() => owner.Remove(onHint);
    }
}
