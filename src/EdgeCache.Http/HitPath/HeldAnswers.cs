using Microsoft.AspNetCore.Http.Features;

namespace EdgeCache.Http.HitPath;

/// <summary>
/// The answers that wait for their client, an HTTP/2 one to open its window, in the order in which they began to wait, and the bytes held for them. Over <see cref="HitLimits.HeldBytes"/>
/// those that have waited for long are ended, over <see cref="HitLimits.MostHeldBytes"/> whoever waits longest: clients that are many and slow are not those that stand still. Bytes of one
/// connection are bounded by its streams, each of which holds one piece. Thread-safe.
/// </summary>
internal sealed class HeldAnswers(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(HitLimits.HeldSeconds);

    private readonly Lock _lock = new();
    private readonly LinkedList<Held> _waiting = new();
    private long _bytes;
    private long _ended;

    /// <summary>Bytes held now.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Answers ended since the start because too much was held.</summary>
    public long Ended => Volatile.Read(ref _ended);

    /// <summary>An answer begins to wait; give what is returned to <see cref="Leave"/>.</summary>
    public LinkedListNode<Held> Enter(IHttpRequestLifetimeFeature request, int bytes)
    {
        var entered = new LinkedListNode<Held>(new Held(request, bytes, time.GetTimestamp()));
        List<Held>? ended = null;
        lock (_lock)
        {
            _waiting.AddLast(entered);
            _bytes += bytes;
            while (_bytes > HitLimits.HeldBytes && _waiting.First is { } longest && (_bytes > HitLimits.MostHeldBytes || time.GetElapsedTime(longest.Value.Since) >= Patience))
            {
                Remove(longest);
                (ended ??= []).Add(longest.Value);
            }
        }

        foreach (var held in ended ?? [])
        {
            Interlocked.Increment(ref _ended);
            held.Request.Abort();
        }

        return entered;
    }

    /// <summary>It waits no more.</summary>
    public void Leave(LinkedListNode<Held> entered)
    {
        lock (_lock)
        {
            if (entered.List is not null)
            {
                Remove(entered);
            }
        }
    }

    private void Remove(LinkedListNode<Held> node)
    {
        _waiting.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    /// <summary>Who waits, what is held for it, and the monotonic time since when.</summary>
    internal readonly record struct Held(IHttpRequestLifetimeFeature Request, int Bytes, long Since);
}
