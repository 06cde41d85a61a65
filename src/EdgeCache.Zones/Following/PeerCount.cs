namespace EdgeCache.Zones.Following;

/// <summary>
/// How many nodes share the store, as far as this one knows: what a limit for all of them is divided by. Asked now and then, and before a zone that was read anew is put in place; a store that came back
/// empty lists fewer for a moment, so until all is settled the most that was told counts. One of all nodes, by chance, lists them instead of having them counted, which takes out those that are gone.
/// Thread-safe.
/// </summary>
internal sealed class PeerCount(FollowerParts parts)
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);
    private volatile int _known = 1;

    /// <summary>At least 1: this node.</summary>
    public int Known => _known;

    /// <summary>Asks the store; <paramref name="isUnsettled"/>: something is possibly old here.</summary>
    /// <exception cref="TimeoutException">It did not say in time.</exception>
    public async Task AskAsync(bool isUnsettled, CancellationToken cancellation)
    {
        var counting = !isUnsettled && parts.Jitter.UpTo(Turn) * _known < Turn ? ListAsync(cancellation) : parts.Store.CountNodesAsync(cancellation).AsTask();
        var counted = await counting.ResultWithin(parts.Options.PollTimeout, parts.Time, cancellation);
        _known = Math.Max(isUnsettled ? _known : 1, counted);
    }

    private async Task<int> ListAsync(CancellationToken cancellation) => (await parts.Store.NodesAsync(cancellation)).Count;
}
