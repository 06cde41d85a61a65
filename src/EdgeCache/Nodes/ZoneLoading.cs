using EdgeCache.Dns.Authority;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Hosting;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Nodes;

/// <summary>
/// The master files of an origin on their way into the log: read, answered from at once, committed, followed, and then forgotten. A process that dies in between begins anew with the next start: what the log has
/// got is not published twice. A zone whose log the store has lost is answered from its file until somebody restores it.
/// </summary>
internal sealed partial class ZoneLoading : IAsyncDisposable
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);

    /// <summary>How long one wait for a position takes: longer than a follower may be silent and still count as healthy.</summary>
    private static readonly TimeSpan _wait = TimeSpan.FromSeconds(5);

    /// <summary>How long a start waits for the follower; a node whose store is slow or down starts all the same.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>How often it is looked whether a zone was restored.</summary>
    private static readonly TimeSpan _lookForRestore = TimeSpan.FromMilliseconds(500);

    private readonly NodeContext _context;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private List<(ZoneName Zone, ZoneFile File, uint Serial)> _files = [];
    private Task _settling = Task.CompletedTask;

    public ZoneLoading(NodeContext context)
    {
        _context = context;
        _log = context.Logs.CreateLogger<ZoneLoading>();
    }

    /// <summary>What DNS answers from meanwhile.</summary>
    public ZonesAhead Ahead { get; } = new();

    /// <summary>Whether there is anything to load.</summary>
    public bool HasFiles => _files.Count > 0;

    /// <summary>Reads the files; from then on <see cref="Ahead"/> has their zones.</summary>
    /// <exception cref="StartUpException">A file is not good.</exception>
    public async Task ReadAsync(IReadOnlyDictionary<string, string> files, CancellationToken cancellation)
    {
        var read = new List<(ZoneName Zone, ZoneFile File, uint Serial)>();
        foreach (var (zone, file) in await ZoneFiles.ReadAsync(files, cancellation).ConfigureAwait(false))
        {
            var known = await ZoneFiles.FindAsync(_context, zone, cancellation).ConfigureAwait(false);
            var before = await ZoneFiles.ShownSerialAsync(_context, zone, cancellation).ConfigureAwait(false);
            var serial = Ahead.Show(zone, file, [.. new[] { known?.SoaSerial, before }.OfType<uint>()]);
            if (serial != known?.SoaSerial && serial != before)
            {
                // Before the first answer: a process that dies now is followed by none that shows an earlier one.
                await ZoneFiles.NoteSerialAsync(_context, zone, serial, cancellation).ConfigureAwait(false);
            }

            read.Add((zone, file, serial));
        }

        _files = read;
    }

    /// <summary>Commits what differs; each zone is answered from the log once the follower has it.</summary>
    /// <exception cref="StartUpException">The store does not take it.</exception>
    public async Task CommitAsync(IFollower follower, CancellationToken cancellation)
    {
        var settling = new List<Task>();
        foreach (var (zone, file, serial) in _files)
        {
            if (await ZoneFiles.IsLostAsync(_context, zone, cancellation).ConfigureAwait(false))
            {
                LogLost(zone);
                settling.Add(LoadOnceRestoredAsync(follower, zone, file, serial));
                continue;
            }

            settling.Add(SettleAsync(follower, await ZoneFiles.LoadAsync(_context, zone, file, serial, cancellation).ConfigureAwait(false)));
        }

        _files = [];
        _settling = Task.WhenAll(settling);
        await Task.WhenAny(_settling, Task.Delay(_patience, _context.Time, cancellation)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _settling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task LoadOnceRestoredAsync(IFollower follower, ZoneName zone, ZoneFile file, uint serial)
    {
        while (true)
        {
            await Task.Delay(_lookForRestore, _context.Time, _stop.Token).ConfigureAwait(false);
            try
            {
                if (await ZoneFiles.FindAsync(_context, zone, _stop.Token).ConfigureAwait(false) is not null)
                {
                    await SettleAsync(follower, await ZoneFiles.LoadAsync(_context, zone, file, serial, _stop.Token).ConfigureAwait(false)).ConfigureAwait(false);
                    return;
                }
            }
            catch (Exception fault) when (fault is StoreException or StartUpException)
            {
                LogNotLoaded(zone, fault.Message);
            }
        }
    }

    private async Task SettleAsync(IFollower follower, Position reached)
    {
        while (!await follower.AwaitPositionAsync(reached, _wait, _stop.Token).ConfigureAwait(false) && !IsInAnotherEpoch(follower, reached))
        {
            await Task.Delay(_look, _context.Time, _stop.Token).ConfigureAwait(false);
        }

        Ahead.Settle(reached.Zone);
    }

    /// <summary>A store that lost its tail since: whatever its log says now is the zone.</summary>
    private bool IsInAnotherEpoch(IFollower follower, Position reached) =>
        follower.Zones.Find(reached.Zone) is { View: var view } state
        && view.Epoch != default && view.Epoch != reached.Epoch
        && follower.HealthOf(state, _context.Time.GetTimestamp()) == PlaneHealth.Healthy;

    [LoggerMessage(1, LogLevel.Error, "zone {Zone}: the store has lost its log (store-lost); its file is answered from, and loaded once 'zone restore' has opened a new epoch")]
    private partial void LogLost(ZoneName zone);

    [LoggerMessage(2, LogLevel.Warning, "zone {Zone}: its file is not loaded yet: {Reason}")]
    private partial void LogNotLoaded(ZoneName zone, string reason);
}
