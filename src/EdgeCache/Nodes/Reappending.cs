using System.Threading.Channels;
using EdgeCache.Hosting;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Nodes;

/// <summary>
/// After a zone had to be read anew, appends again what this process had acknowledged for it lately (PLANE.md 4): a restart or failover of the store may have lost the tail.
/// </summary>
internal sealed partial class Reappending
{
    private const int MaxAttempts = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly NodeContext _context;
    private readonly ILogger _log;
    private readonly Channel<ZoneName> _zones = Channel.CreateBounded<ZoneName>(new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropWrite });

    public Reappending(NodeContext context)
    {
        _context = context;
        _log = context.Logs.CreateLogger<Reappending>();
    }

    /// <summary>A zone was read anew.</summary>
    public void Note(Position position) => _zones.Writer.TryWrite(position.Zone);

    /// <summary>Appends until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var zone in _zones.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            for (var attempt = 1; attempt <= MaxAttempts; attempt++)
            {
                try
                {
                    if (await _context.Publisher.ReappendAsync(zone, cancellation).ConfigureAwait(false) is > 0 and var lost)
                    {
                        LogAgain(zone, lost);
                    }

                    break;
                }
                catch (StoreException fault)
                {
                    LogFailed(zone, fault.Message);
                    await Task.Delay(Pause, _context.Time, cancellation).ConfigureAwait(false);
                }
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "zone {Zone}: the store had lost {Lost} acknowledged changes; they were appended again")]
    private partial void LogAgain(ZoneName zone, int lost);

    [LoggerMessage(2, LogLevel.Warning, "zone {Zone}: acknowledged changes could not be appended again ({Reason}); trying again")]
    private partial void LogFailed(ZoneName zone, string reason);
}
