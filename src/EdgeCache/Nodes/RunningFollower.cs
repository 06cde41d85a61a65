using EdgeCache.Hosting;
using EdgeCache.Metrics;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Nodes;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Nodes;

/// <summary>A node's follower with the task that runs it.</summary>
internal sealed class RunningFollower : IAsyncDisposable
{
    /// <summary>How long a start waits for the store; a node whose store is down starts all the same and reports lagging.</summary>
    private static readonly TimeSpan _catchUp = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public RunningFollower(
        NodeContext context,
        string node,
        string role,
        FloorInterest interest,
        IReadOnlyList<IZoneProjection> projections,
        bool reports = true,
        Func<NodeWork?>? work = null,
        Action<FollowerOptions>? configure = null)
    {
        _time = context.Time;
        var options = new FollowerOptions { Node = node, Role = role, Interest = interest, Reports = reports, Work = work };
        configure?.Invoke(options);
#if DEBUG
        SeededDefects.Asked().ApplyTo(options);
#endif
        Follower = new Follower(
            context.Store,
            options,
            projections,
            context.Time,
            NodeContext.NewRandom(),
            context.Logs.CreateLogger<Follower>());
        NodeMeters.Follow(context.Meters, node, Follower);
        var again = new Reappending(context);
        Follower.Reread += again.Note;

        // A store on the disk is read without a pause, a long zone for seconds: not on the thread that starts the node.
        _running = Task.WhenAll(Task.Run(() => Follower.RunAsync(_stop.Token)), again.RunAsync(_stop.Token));
    }

    public Follower Follower { get; }

    /// <summary>Waits until every zone has been read once, but only for a while.</summary>
    public async Task CatchUpAsync(CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        while (!Follower.IsReady && _time.GetElapsedTime(start) < _catchUp)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), _time, cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
