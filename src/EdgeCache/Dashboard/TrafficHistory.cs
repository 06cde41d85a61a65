using EdgeCache.Client.Model;

namespace EdgeCache.Dashboard;

/// <summary>What nodes counted, every two seconds of the last ten minutes, so that a page that is opened shows more than a point. Thread-safe.</summary>
internal sealed class TrafficHistory
{
    /// <summary>Time between two samples.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private const int MaxSamples = 300;
    private const int MaxNodes = 64;
    private readonly Lock _lock = new();
    private readonly Queue<TrafficSample> _samples = new();

    public IReadOnlyList<TrafficSample> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _samples];
            }
        }
    }

    /// <summary>Takes a sample; says it.</summary>
    public TrafficSample Add(long at, IEnumerable<NodeDocument> nodes)
    {
        var sample = new TrafficSample(
            at, nodes.Where(n => n.Counts is { Count: > 0 }).Take(MaxNodes).ToDictionary(n => n.Node, n => new NodeSample(n.Counts!, n.Zones ?? NodeSample.NoZones, n.Behind, n.HorizonAgeMilliseconds + n.ReportAgeMilliseconds), StringComparer.Ordinal)); // Where sees to it.
        lock (_lock)
        {
            _samples.Enqueue(sample);
            if (_samples.Count > MaxSamples)
            {
                _samples.Dequeue();
            }
        }

        return sample;
    }
}

/// <summary>Counters of the nodes at a time, Unix milliseconds.</summary>
internal sealed record TrafficSample(long At, IReadOnlyDictionary<string, NodeSample> Nodes);

/// <summary>One node's counters since its start, those of its zones, entries behind, and how old its knowledge was, milliseconds.</summary>
internal sealed record NodeSample(
    IReadOnlyDictionary<string, long> Counts, IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Zones, long Behind, long HorizonMilliseconds)
{
    /// <summary>Of a node that does not say.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> NoZones = new Dictionary<string, IReadOnlyDictionary<string, long>>();
}
