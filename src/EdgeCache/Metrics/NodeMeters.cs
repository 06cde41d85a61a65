using System.Diagnostics.Metrics;
using EdgeCache.Http;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Metrics;

/// <summary>What nodes that follow and edges that answer measure; read when somebody asks, so that it costs a hit nothing. The only tag values are names of nodes and fixed words.</summary>
internal static class NodeMeters
{
    private const string MeterName = "EdgeCache.Nodes";

    /// <summary>Where a node stands in the logs it follows.</summary>
    public static void Follow(IMeterFactory meters, string node, Follower follower)
    {
        var meter = meters.Create(MeterName);
        var tag = new KeyValuePair<string, object?>("node", node);
        meter.CreateObservableGauge("edgecache.follower.behind", () => new Measurement<long>(follower.Describe().Sum(z => Math.Max(0, z.Head - z.Position.Serial)), tag), description: "Entries of all logs not applied yet");
        meter.CreateObservableGauge(
            "edgecache.follower.horizon", () => new Measurement<double>(follower.Describe().Select(z => z.HorizonAge?.TotalSeconds ?? 0).DefaultIfEmpty(0).Max(), tag), unit: "s", description: "How old its knowledge can be");
        meter.CreateObservableGauge("edgecache.follower.lagging", () => new Measurement<long>(follower.Describe().Count(z => z.Health != PlaneHealth.Healthy), tag), description: "Zones whose log it cannot rely on now");
        meter.CreateObservableGauge("edgecache.follower.floors", () => new Measurement<long>(follower.Describe().Sum(z => (long)z.Floors), tag), description: "Floors held");
        meter.CreateObservableCounter("edgecache.follower.floors.folded", () => new Measurement<long>(follower.Describe().Sum(z => z.FloorsFolded), tag), description: "Times a zone had too many floors, and one over all of it took their place");
        meter.CreateObservableCounter("edgecache.follower.gaps", () => new Measurement<long>(follower.Gaps, tag), description: "Gaps in the hints that polls repaired");
        meter.CreateObservableCounter("edgecache.follower.resyncs", () => new Measurement<long>(follower.Counters.Resyncs, tag), description: "Zones read anew");
        meter.CreateObservableCounter("edgecache.follower.hints", () => new Measurement<long>(follower.Counters.Hints, tag), description: "Hints received");
        meter.CreateObservableCounter("edgecache.follower.poll.failures", () => new Measurement<long>(follower.Counters.PollFailures, tag), description: "Polls of the store that failed");
        meter.CreateObservableCounter("edgecache.follower.suspicions", () => new Measurement<long>(follower.Counters.Suspicions, tag), description: "Times the process may have slept, so that its knowledge was checked");
        meter.CreateObservableCounter("edgecache.follower.report.failures", () => new Measurement<long>(follower.Counters.ReportFailures, tag), description: "Reports of where the node is that the store did not take");
    }

    /// <summary>What an edge answered; nothing while <paramref name="counters"/> says null.</summary>
    public static void Answer(IMeterFactory meters, string node, Func<EdgeCounters?> counters)
    {
        var meter = meters.Create(MeterName);
        var tag = new KeyValuePair<string, object?>("node", node);
        Measurement<long>[] Read(Func<EdgeCounters, long> value) => counters() is { } c ? [new(value(c), tag)] : [];
        Measurement<long> Of(string outcome, long value) => new(value, tag, new("outcome", outcome));
        meter.CreateObservableCounter(
            "edgecache.edge.answers",
            () => counters() is { } c ? [Of("hit", c.Hits), Of("fill", c.Fills), Of("collapsed", c.Collapsed), Of("pass", c.Passes), Of("refused", c.Refused)] : Array.Empty<Measurement<long>>(),
            description: "Answers by how they came about");
        meter.CreateObservableCounter("edgecache.edge.stale", () => Read(static c => c.Stale), description: "Answers known to be stale, as stale-while-revalidate and stale-if-error permit");
        meter.CreateObservableCounter("edgecache.edge.possibly_old", () => Read(static c => c.PossiblyOld), description: "Answers that may be old since a zone had to be read anew, named so");
        meter.CreateObservableCounter(
            "edgecache.edge.settled",
            () => counters() is { } c ? [Of("settled", c.Settled), Of("failed", c.SettlingFailed)] : Array.Empty<Measurement<long>>(),
            description: "Pages fetched or validated because they were possibly old, and times that failed");
        meter.CreateObservableGauge("edgecache.edge.settling.waiting", () => Read(static c => c.Waiting), description: "Pages asked for that are possibly old and wait to be fetched");
        meter.CreateObservableCounter("edgecache.edge.upstream.failures", () => Read(static c => c.UpstreamFailures), description: "Requests to the upstream that failed");
        meter.CreateObservableCounter("edgecache.edge.tier.fallbacks", () => Read(static c => c.TierFallbacks), description: "Requests that went to the application past a tier that could not be reached");
        meter.CreateObservableCounter("edgecache.edge.tier.unstated", () => Read(static c => c.UnstatedTier), description: "Answers of the tier that did not say where it stands: it is no edge of this deployment, or does not believe this one");
        meter.CreateObservableCounter("edgecache.edge.timeouts", () => Read(static c => c.Timeouts), description: "Clients that were too slow to ask or to take their answer");
        meter.CreateObservableGauge("edgecache.edge.entries", () => Read(static c => c.Entries), description: "Stored responses");
        meter.CreateObservableGauge("edgecache.edge.size", () => Read(static c => c.Bytes), unit: "By", description: "Bytes of stored responses");
        meter.CreateObservableGauge("edgecache.edge.memory", () => Read(static c => c.ReservedBytes), unit: "By", description: "Memory reserved for stored responses and their tables");
        meter.CreateObservableGauge("edgecache.edge.held", () => Read(static c => c.HeldBytes), unit: "By", description: "Bytes held for HTTP/2 answers whose clients do not take them");
        meter.CreateObservableCounter("edgecache.edge.held.ended", () => Read(static c => c.HeldEnded), description: "HTTP/2 answers ended because too much was held, the longest waiting first");
        meter.CreateObservableCounter("edgecache.edge.variants.dropped", () => Read(static c => c.VariantsDropped), description: "Variants dropped because a URL had too many");
        meter.CreateObservableCounter("edgecache.edge.purged.entries", () => Read(static c => c.PurgedEntries), description: "Stored responses freed by hard purges");
        meter.CreateObservableCounter("edgecache.edge.purged.size", () => Read(static c => c.PurgedBytes), unit: "By", description: "Bytes freed by hard purges");
    }

    /// <summary>What became of invalidations by unsafe requests that could not go into the log at once.</summary>
    public static void Invalidate(IMeterFactory meters, string node, Invalidator invalidator)
    {
        var tag = new KeyValuePair<string, object?>("node", node);
        Measurement<long> Of(string outcome, long value) => new(value, tag, new("outcome", outcome));
        meters.Create(MeterName).CreateObservableCounter(
            "edgecache.edge.invalidations.late",
            () => new[] { Of("queued", invalidator.Queued), Of("folded", invalidator.Folded), Of("dropped", invalidator.Dropped) },
            description: "Invalidations by unsafe requests that the log did not take at once: queued, folded into the whole zone, given up at shutdown or because the zone is gone");
    }
}
