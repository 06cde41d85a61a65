using EdgeCache.Zones.Stores;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Hosting;

/// <summary>For what cannot begin without the store: a Redis that is started at the same time as the program may be some seconds behind it.</summary>
internal static partial class StoreWait
{
    /// <summary>After this the start fails; whoever restarts the program may wait longer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Returns when the store has answered.</summary>
    /// <exception cref="StoreException">It has not within <see cref="Limit"/>.</exception>
    public static async Task ForAsync(IZoneStore store, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await store.ReadDirectoryAsync(cancellation).ConfigureAwait(false);
                return;
            }
            catch (StoreException fault) when (time.GetElapsedTime(start) < Limit)
            {
                if (isFirst)
                {
                    LogWaiting(log, fault.Message);
                }
            }

            await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Fault}; waiting for the store")]
    private static partial void LogWaiting(ILogger logger, string fault);
}
