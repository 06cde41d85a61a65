using EdgeCache.CommandLine;
using EdgeCache.Configuration;
using EdgeCache.Dns.Data;
using EdgeCache.LogFiles;
using EdgeCache.Metrics;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Hosting;

/// <summary>Runs the nodes of one process from start to drained.</summary>
internal static class Deployment
{
    /// <summary>What is not done by then is cut off; leaves a second of the five that a stop may take.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(4);

    /// <summary>Exit code. <paramref name="goOn"/>: an address that cannot be had is said, and the rest goes on.</summary>
    public static async Task<int> RunAsync(ProgramOptions options, bool goOn)
    {
#if DEBUG
        SeededDefects.Asked().Announce();
#endif
        using var stop = new StopSignal();
        using var logs = ConsoleLog.Create();
        using var metrics = new MetricsCollector();
        using var telemetry = Telemetry.Start();
        using var meters = new MeterSource();
        try
        {
            var store = await StoreOpener.OpenAsync(options.Store, options.Zones.Count > 0 || options.Origin is { ZoneFiles.Count: > 0 }, TimeProvider.System, logs).ConfigureAwait(false);
            await using (store.ConfigureAwait(false))
            {
                var keys = await SessionKeys.OpenAsync(options.Store, store, TimeProvider.System).ConfigureAwait(false);
                await using var held = keys.ConfigureAwait(false);
                var logFiles = new OpenLogFiles(TimeProvider.System, logs, meters);
                await using var closed = logFiles.ConfigureAwait(false);
                using var hints = new HintSightings(store, TimeProvider.System);
                var context = new NodeContext
                {
                    Options = options,
                    Time = TimeProvider.System,
                    Logs = logs,
                    Store = store,
                    Hints = hints,
                    Publisher = new ZonePublisher(store, TimeProvider.System, NodeContext.NewRandom(), WriterName(options), CheckDns) { KeepsAcknowledged = store is not MemoryZoneStore },
                    Tokens = keys.Tokens,
                    Metrics = metrics,
                    Meters = meters,
                    LogFiles = logFiles,
                    GoOn = goOn,
                };
                return await RunNodesAsync(context, stop).ConfigureAwait(false);
            }
        }
        catch (StartUpException fault)
        {
            await Console.Error.WriteLineAsync($"edgecache: {fault.Message}").ConfigureAwait(false);
            return ExitCode.Failed;
        }
        catch (StoreException fault)
        {
            await Console.Error.WriteLineAsync($"edgecache: the store: {fault.Message}").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    /// <summary>The id under which this process writes; it decides between equal clocks, so it is unique among origins.</summary>
    private static string WriterName(ProgramOptions options) =>
        options.Origin?.Name ?? options.Edges.Select(e => e.Name).Concat(options.Resolvers.Select(r => r.Name)).FirstOrDefault("edgecache");

    private static string? CheckDns(ZoneName zone, RecordKey key, ref ReadOnlyMemory<byte> value) => DnsRecordCheck.Explain(zone, key, value.Span);

    private static async Task<int> RunNodesAsync(NodeContext context, StopSignal stop)
    {
        await FirstZones.EnsureAsync(context, CancellationToken.None).ConfigureAwait(false);
        if (context.GoOn)
        {
            await FirstRecords.EnsureAsync(context, CancellationToken.None).ConfigureAwait(false);
        }

        var nodes = NodeList.Of(context);
        try
        {
            foreach (var node in nodes)
            {
                await node.StartAsync(CancellationToken.None).ConfigureAwait(false);
            }

            Console.Out.WriteLine(context.GoOn ? Everything.Guide : "ready");
            await stop.Stopped.ConfigureAwait(false);
            return ExitCode.Done;
        }
        finally
        {
            using var hurry = new CancellationTokenSource(DrainLimit, context.Time);
            await Task.WhenAll(nodes.Select(n => n.StopAsync(hurry.Token))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
