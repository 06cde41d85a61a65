using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace EdgeCache.Load.Scenarios;

/// <summary>What kind of thing is measured.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TargetKind>))]
public enum TargetKind
{
    /// <summary>EdgeCache processes that the tool starts.</summary>
    EdgeCache,

    /// <summary>Anything that is already running in front of the tool's origin.</summary>
    External,
}

/// <summary>How many regions there are and who takes writes.</summary>
public enum RegionKind
{
    /// <summary>One.</summary>
    One,

    /// <summary>Two: the first takes all writes, the second follows it lazily.</summary>
    PrimaryAndReplica,

    /// <summary>Two that both take writes, half of the keys each, and replicate from each other.</summary>
    TwoWriters,
}

/// <summary>Target of a scenario.</summary>
public sealed record TargetPlan
{
    /// <summary>Kind.</summary>
    public TargetKind Kind { get; init; } = TargetKind.EdgeCache;

    /// <summary>Edges to start (EdgeCache).</summary>
    [Range(1, 16)]
    public int Edges { get; init; } = 2;

    /// <summary>Regions, each with its Redis and its origin; edges are dealt out to them in turn (EdgeCache).</summary>
    public RegionKind Regions { get; init; }

    /// <summary>How long a change waits before another region takes it over, milliseconds (EdgeCache).</summary>
    [Range(0, 60_000)]
    public double ReplicationDelayMilliseconds { get; init; }

    /// <summary>Addresses to read from (external): <c>http://…</c> or <c>dns://host:port/zone</c>.</summary>
    public IReadOnlyList<string> Read { get; init; } = [];

    /// <summary>URL template to purge at (external), with <c>{key}</c>; sent with method PURGE. Absent: purges cannot be sent.</summary>
    public string? PurgeUrl { get; init; }

    /// <summary>Port the tool's origin (HTTP) or name server (DNS) listens on, which external targets must know.</summary>
    [Range(0, 65_535)]
    public int OriginPort { get; init; }

    /// <summary>Share of hints lost on their way to each edge, 0…1 (EdgeCache).</summary>
    [Range(0, 1)]
    public double HintLoss { get; init; }

    /// <summary>Share of hints that reach each edge twice, 0…1 (EdgeCache).</summary>
    [Range(0, 1)]
    public double HintDoubling { get; init; }

    /// <summary>Delay of every hint, milliseconds (EdgeCache).</summary>
    [Range(0, 60_000)]
    public double HintDelayMilliseconds { get; init; }
}
