using System.Diagnostics.Metrics;
using EdgeCache.Configuration;
using EdgeCache.Hosting;
using EdgeCache.Zones.Replication;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Regions;

/// <summary>The replicators of an origin with the tasks that run them, and what they measure.</summary>
internal sealed class RunningReplicators : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Meter _meter = new("EdgeCache.Zones.Replication");
    private readonly List<HttpRegionLog> _sources = [];
    private readonly List<Task> _running = [];

    private RunningReplicators()
    {
    }

    /// <summary>The one that follows the primary, on a replica.</summary>
    public Replicator? Primary { get; private set; }

    /// <summary>Starts those that the options ask for.</summary>
    public static RunningReplicators Start(NodeContext context, OriginOptions options)
    {
        var all = new RunningReplicators();
        foreach (var replication in options.Replicate)
        {
            all.Add(context, options.Name, replication, mirrors: false);
        }

        if (options.Replica is { } replica)
        {
            all.Primary = all.Add(context, options.Name, replica.AsReplication(), mirrors: true);
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _meter.Dispose();
        _sources.ForEach(static s => s.Dispose());
        _stop.Dispose();
    }

    private Replicator Add(NodeContext context, string node, ReplicationOptions options, bool mirrors)
    {
        var source = new HttpRegionLog(options.From!, options.ReadToken()); // Checked when the options were.
        _sources.Add(source);
        var name = $"{node}-from-{new Uri(options.From!).Authority.Replace(':', '-')}";
        var replicator = new Replicator(
            source,
            context.Store,
            new ReplicatorOptions { Name = name, Delay = options.Delay, Window = options.Window, Mirrors = mirrors },
            context.Time,
            NodeContext.NewRandom(),
            context.Logs.CreateLogger<Replicator>());
        Measure(replicator);
        _running.Add(Task.Run(() => replicator.RunAsync(_stop.Token)));
        NodeContext.Ready(node, $"replicates from {source.Address}");
        return replicator;
    }

    private void Measure(Replicator replicator)
    {
        var counters = replicator.Counters;
        KeyValuePair<string, object?> tag = new("replicator", replicator.Name);
        void Count(string name, Func<long> value, string what) => _meter.CreateObservableCounter($"edgecache.replication.{name}", () => new Measurement<long>(value(), tag), description: what);
        Count("entries", () => counters.Entries, "Entries of the other region committed here");
        Count("losers", () => counters.Losers, "Writes among them that lost to the state here");
        Count("compares", () => counters.Compares, "Compares of all records, where the log did not go on");
        Count("repaired", () => counters.Repaired, "Records that a compare found different");
        Count("skew", () => counters.Skew, "Entries that waited because their clock is too far ahead");
        Count("left_out", () => counters.Impossible, "Writes that the zone's rule here could make nothing of");
        Count("failures", () => counters.Failures, "Calls that failed");
        _meter.CreateObservableGauge("edgecache.replication.behind", () => new Measurement<long>(replicator.Behind, tag), description: "Entries not taken over yet, as far as known");
    }
}
