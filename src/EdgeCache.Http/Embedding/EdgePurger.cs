using EdgeCache.Http.Embedding;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Http;

/// <summary>Purges from inside the application that has the cache: when a call returns, this node serves the old answer as fresh no more. Thread-safe.</summary>
public sealed class EdgePurger
{
    /// <summary>How long a call waits for its own node to have applied the purge.</summary>
    private static readonly TimeSpan ApplyLimit = TimeSpan.FromSeconds(2);

    private readonly EmbeddedCache _cache;

    internal EdgePurger(EmbeddedCache cache) => _cache = cache;

    /// <summary>What carries the tag; the changes' ids, <c>zone:epoch:serial</c>, one for each zone.</summary>
    /// <exception cref="ArgumentException">The tag is none; the message says what is allowed.</exception>
    /// <exception cref="StoreException">The log did not take it.</exception>
    public Task<IReadOnlyList<string>> PurgeTagAsync(string tag, CancellationToken cancellation = default) => PurgeAsync(Make(SelectorKind.Tag, tag), cancellation);

    /// <summary>One URL; without a query it covers all queries.</summary>
    /// <exception cref="ArgumentException">It is none; the message says what is allowed.</exception>
    /// <exception cref="StoreException">The log did not take it.</exception>
    public Task<IReadOnlyList<string>> PurgeUrlAsync(string url, CancellationToken cancellation = default) => PurgeAsync(Make(SelectorKind.Url, url), cancellation);

    /// <summary>Everything.</summary>
    /// <exception cref="StoreException">The log did not take it.</exception>
    public Task<IReadOnlyList<string>> PurgeAllAsync(CancellationToken cancellation = default) => PurgeAsync(Selector.Everything, cancellation);

    /// <summary>In every zone; <paramref name="context"/> may carry the caller's own id.</summary>
    internal async Task<IReadOnlyList<string>> PurgeAsync(PurgeChange purge, WriteContext context, CancellationToken cancellation)
    {
        var parts = _cache.Running;
        var changes = new List<string>();
        foreach (var zone in (await parts.Store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Zones)
        {
            // Not the caller's token: a commit under way is not taken back by somebody who hangs up.
            var result = await parts.Publisher.PurgeAsync(zone.Zone, purge, context, CancellationToken.None).ConfigureAwait(false);
            if (!result.IsCommitted)
            {
                throw new StoreException($"{zone.Zone}: {result.Error ?? result.Outcome.ToString()}");
            }

            changes.Add(result.Position.ToString());
            await parts.Follower.AwaitPositionAsync(result.Position, ApplyLimit, cancellation).ConfigureAwait(false);
        }

        return changes;
    }

    private Task<IReadOnlyList<string>> PurgeAsync(Selector selector, CancellationToken cancellation) =>
        PurgeAsync(new PurgeChange([selector], PurgeMode.Soft, 0), default, cancellation);

    private static Selector Make(SelectorKind kind, string value) =>
        Selectors.TryMake(kind, value, null, out var selector, out var error) ? selector : throw new ArgumentException(error, nameof(value));
}
