using EdgeCache.Http.Fetching;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Http.Revalidation;

/// <summary>
/// After a zone had to be read anew: fetches what is possibly old, at the node's pace and a few at a time, first what readers ask for most, then what the store holds as hot, then the rest; and says
/// when nothing is left (PLANE.md 6). Rests while the application fails. Ends by itself when the doubt does.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA2213", Justification = "What is under way gives its place back after the end, and a semaphore whose wait handle nobody asks for holds nothing.")]
internal sealed partial class Revalidator(EdgeNode node, BehindReaders? behind, ILogger<Revalidator> log) : BackgroundService
{
    /// <summary>Most pages that are begun at a time.</summary>
    public const int MaxAtOnce = 8;

    private const int EntriesPerSlice = 1_000;
    private static readonly TimeSpan _slice = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);

    /// <summary>Longest that a page holds a place: answers that never end must not keep all others waiting, and an application that answers nothing is asked for no more than this lets through.</summary>
    private static readonly TimeSpan _place = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _room = new(MaxAtOnce);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        node.Doubts.HasQueue = behind is not null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var doubts = Open();
            if (doubts.Count == 0)
            {
                node.Doubts.Heat.Clear();
                await PauseAsync(_look, stoppingToken).ConfigureAwait(false);
            }
            else if (await PassAsync(doubts, stoppingToken).ConfigureAwait(false))
            {
                foreach (var (zone, doubt) in doubts.Values)
                {
                    zone.Settle(doubt);
                }
            }
            else
            {
                await PauseAsync(_again, stoppingToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Zones that have been read and are not sure of what was filled before.</summary>
    private Dictionary<int, (ZoneState Zone, Doubt Doubt)> Open()
    {
        var timestamp = node.Time.GetTimestamp();
        var open = new Dictionary<int, (ZoneState, Doubt)>();
        foreach (var zone in node.Follower.Zones.All)
        {
            if (zone.Doubt is { IsRead: true } doubt && !doubt.IsOver(timestamp))
            {
                node.Doubts.Open(doubt, node.Now);
                open[zone.Id] = (zone, doubt);
            }
        }

        return open;
    }

    /// <summary>One walk over the store; true when it met nothing that is possibly old.</summary>
    private async Task<bool> PassAsync(Dictionary<int, (ZoneState Zone, Doubt Doubt)> open, CancellationToken stop)
    {
        var pass = node.Store.BeginHeatPass();
        var met = 0;
        while (!pass.IsDone && !stop.IsCancellationRequested)
        {
            if (behind is not null)
            {
                await FetchAskedForAsync(open, stop).ConfigureAwait(false);
            }

            if (!pass.TryNext(EntriesPerSlice, out var lease))
            {
                await PauseAsync(_slice, stop).ConfigureAwait(false);
            }
            else if (!IsPossiblyOld(in lease, open))
            {
                lease.Dispose();
            }
            else
            {
                met++;
                await FetchInTurnAsync(lease, open, stop).ConfigureAwait(false);
            }
        }

        await DrainAsync(stop).ConfigureAwait(false);
        return met == 0 && !stop.IsCancellationRequested;
    }

    /// <summary>What the store holds waits for a permit that no reader's page needs.</summary>
    private async Task FetchInTurnAsync(EntryLease lease, Dictionary<int, (ZoneState Zone, Doubt Doubt)> open, CancellationToken stop)
    {
        using var use = LeaseUse.Of(lease);
        while (behind is not null && !stop.IsCancellationRequested && IsPossiblyOld(in lease, open))
        {
            if (node.Doubts.Wait(node.Now) is var wait and > 0)
            {
                await PauseAsync(TimeSpan.FromMilliseconds(Math.Min(wait, 100)), stop).ConfigureAwait(false);
                await FetchAskedForAsync(open, stop).ConfigureAwait(false);
                continue;
            }

            await BeginAsync(use.Again(), stop).ConfigureAwait(false);
            return;
        }
    }

    private async Task FetchAskedForAsync(Dictionary<int, (ZoneState Zone, Doubt Doubt)> open, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && node.Doubts.Wait(node.Now) == 0 && node.Doubts.Heat.TryTake(out var number))
        {
            if (!node.Store.TryLease(number, out var lease))
            {
                continue;
            }

            if (IsPossiblyOld(in lease, open))
            {
                await BeginAsync(LeaseUse.Of(lease), stop).ConfigureAwait(false);
            }
            else
            {
                lease.Dispose();
            }
        }
    }

    private bool IsPossiblyOld(in EntryLease lease, Dictionary<int, (ZoneState Zone, Doubt Doubt)> open) =>
        lease.IsCurrent && !lease.IsPassMark && open.TryGetValue(lease.ZoneId, out var of)
        && PageDoubt.VerdictOf(in lease, of.Zone, node.Time, node.Now) == FloorVerdict.Doubtful;

    private async Task BeginAsync(LeaseUse use, CancellationToken stop)
    {
        await _room.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stop.IsCancellationRequested)
        {
            use.Dispose();
            return;
        }

        _ = HoldPlaceAsync(FetchAsync(use), stop);
    }

    /// <summary>Gives the place back at the end of the fetch, or when it has taken too long: it goes on without one.</summary>
    private async Task HoldPlaceAsync(Task fetching, CancellationToken stop)
    {
        if (!fetching.IsCompleted)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(fetching, Task.Delay(_place, node.Time, ended.Token)).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
        }

        _room.Release();
    }

    private async Task FetchAsync(LeaseUse use)
    {
        try
        {
            await behind!.FetchAsync(use).ConfigureAwait(false); // Only what has a way to fetch gets here.
        }
#pragma warning disable CA1031 // The one catch-all of a page fetched behind its readers.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            LogBroken(log, problem);
        }
    }

    /// <summary>Waits until all places are free.</summary>
    private async Task DrainAsync(CancellationToken stop)
    {
        for (var taken = 0; taken < MaxAtOnce && !stop.IsCancellationRequested; taken++)
        {
            await _room.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!stop.IsCancellationRequested)
        {
            _room.Release(MaxAtOnce);
        }
    }

    private async Task PauseAsync(TimeSpan time, CancellationToken stop) =>
        await Task.Delay(time, node.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(Level = LogLevel.Error, Message = "A page could not be fetched behind its readers")]
    private static partial void LogBroken(ILogger log, Exception problem);
}
