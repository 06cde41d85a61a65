using System.Threading.Channels;
using EdgeCache.Admin;
using EdgeCache.Http;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Nodes;

/// <summary>
/// Finds out after which changes this edge has given its first fresh answer. The hot path only leaves a note; matching notes with the log's entries is done behind it, and what
/// does not fit is left out: these times are for people. Thread-safe.
/// </summary>
internal sealed class FreshAnswers : IAsyncDisposable
{
    private const int MaxNotes = 256;
    private const int MaxPending = 32;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly IZoneStore _store;
    private readonly TimeProvider _time;
    private readonly Channel<(RenewedAnswer Answer, long At)> _notes = Channel.CreateBounded<(RenewedAnswer, long)>(new BoundedChannelOptions(MaxNotes) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _matching;
    private readonly Dictionary<ZoneName, (LogPlace Read, List<LogEntry> Pending)> _zones = [];
    private volatile IReadOnlyList<AppliedMark> _marks = [];

    public FreshAnswers(IZoneStore store, TimeProvider time)
    {
        (_store, _time) = (store, time);
        _matching = MatchAsync(_stop.Token);
    }

    /// <summary>Newest last.</summary>
    public IReadOnlyList<AppliedMark> Marks => _marks;

    public void Note(RenewedAnswer answer) => _notes.Writer.TryWrite((answer, _time.GetUtcNow().ToUnixTimeMilliseconds()));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _matching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task MatchAsync(CancellationToken stop)
    {
        await foreach (var (answer, at) in _notes.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            try
            {
                await MatchAsync(answer, at, stop).ConfigureAwait(false);
            }
            catch (StoreException)
            {
                await Task.Delay(Retry, _time, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task MatchAsync(RenewedAnswer answer, long at, CancellationToken stop)
    {
        var here = answer.Zone.View.Position;
        var (read, pending) = _zones.GetValueOrDefault(here.Zone, (default, []));
        var from = read.Epoch == here.Epoch ? read.Serial : Math.Max(0, here.Serial - MaxPending);
        var page = await ChangeLog.EntriesAsync(_store, here.Zone, from, MaxPending, stop).ConfigureAwait(false);
        pending.RemoveAll(e => e.Epoch != page.Epoch);
        pending.AddRange(page.Entries.Where(e => MayCover(e.Change))); // What can cover nothing is not held: it may be a whole zone.
        pending.RemoveRange(0, Math.Max(0, pending.Count - MaxPending));
        _zones[here.Zone] = (page.Entries is [.., var last] ? new LogPlace(last.Epoch, last.Serial) : new LogPlace(page.Epoch, from), pending);
        var met = pending.Where(e => e.Serial <= here.Serial && Covers(e.Change, answer)).ToList();
        if (met.Count > 0)
        {
            pending.RemoveAll(met.Contains);
            _marks = [.. _marks.Concat(met.Select(e => new AppliedMark(e.Position, at))).TakeLast(NodeReport.MaxRecent)];
        }
    }

    private static bool MayCover(Change change) => change switch
    {
        RecordChange record => record.After.Tags.Count > 0,
        BatchChange batch => batch.Changes.Any(MayCover),
        _ => true,
    };

    private static bool Covers(Change change, RenewedAnswer answer) => change switch
    {
        PurgeChange purge => purge.Selectors.Any(answer.IsCoveredBy),
        RecordChange record => record.After.Tags.Any(t => answer.IsCoveredBy(new Selector(SelectorKind.Tag, t))),
        BatchChange batch => batch.Changes.Any(c => Covers(c, answer)),
        _ => false,
    };
}
