using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using EdgeCache.Load.Arrivals;

namespace EdgeCache.Load.Scenarios;

/// <summary>One experiment: what is read and written, through what, under which faults, and which chapter of eventual consistency it shows.</summary>
public sealed record Scenario
{
    /// <summary>Short name; also names the report.</summary>
    [Required, RegularExpression("[a-z0-9-]{1,40}", ErrorMessage = "1 to 40 of a-z, 0-9 and '-'")]
    public required string Name { get; init; }

    /// <summary>The chapter of eventual consistency it shows.</summary>
    [Required]
    public required string Chapter { get; init; }

    /// <summary>What to expect, for a reader.</summary>
    [Required]
    public required string Expect { get; init; }

    /// <summary>Length of the measured part, seconds.</summary>
    [Range(1, 86_400)]
    public double Seconds { get; init; } = 20;

    /// <summary>Length of the warm-up before it, seconds; in no figure.</summary>
    [Range(0, 600)]
    public double WarmUpSeconds { get; init; } = 3;

    /// <summary>Seed of keys, gaps and faults.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The keys.</summary>
    public KeyPlan Keys { get; init; } = new();

    /// <summary>The readers.</summary>
    public ReadPlan Reads { get; init; } = new();

    /// <summary>The writers.</summary>
    public WritePlan Writes { get; init; } = new();

    /// <summary>TTL that the origin gives, seconds.</summary>
    [Range(0, 604_800)]
    public double TtlSeconds { get; init; } = 60;

    /// <summary>Staleness above this is a violation, milliseconds; absent: nothing is.</summary>
    [Range(0, 604_800_000)]
    public double? AllowedMilliseconds { get; init; }

    /// <summary>What is measured.</summary>
    public TargetPlan Target { get; init; } = new();

    /// <summary>What goes wrong meanwhile.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>The run is void when the generator itself was later than this at its 99th percentile, milliseconds.</summary>
    [Range(0.1, 1000)]
    public double MaxSchedulingLagMilliseconds { get; init; } = 50;
}

/// <summary>How the keys are chosen.</summary>
public enum KeyDistribution
{
    /// <summary>Few keys get most.</summary>
    Zipf,

    /// <summary>All alike.</summary>
    Uniform,
}

/// <summary>Keys of a scenario.</summary>
public sealed record KeyPlan
{
    /// <summary>Number of keys.</summary>
    [Range(1, 1_000_000)]
    public int Count { get; init; } = 50;

    /// <summary>Distribution.</summary>
    public KeyDistribution Distribution { get; init; } = KeyDistribution.Zipf;

    /// <summary>Zipf exponent.</summary>
    [Range(0.01, 5)]
    public double Exponent { get; init; } = 0.99;
}

/// <summary>Protocol of the reads.</summary>
public enum ReadProtocol
{
    /// <summary>GET over HTTP/1.1.</summary>
    Http,

    /// <summary>TXT over UDP.</summary>
    Dns,
}

/// <summary>Readers of a scenario.</summary>
public sealed record ReadPlan
{
    /// <summary>Reads per second, over all nodes.</summary>
    [Range(0.01, 1_000_000)]
    public double Rate { get; init; } = 400;

    /// <summary>Rate at the end; absent: constant.</summary>
    [Range(0, 1_000_000)]
    public double? RateAtEnd { get; init; }

    /// <summary>Spread of the arrivals.</summary>
    public ArrivalKind Arrivals { get; init; } = ArrivalKind.Poisson;

    /// <summary>Protocol.</summary>
    public ReadProtocol Over { get; init; } = ReadProtocol.Http;

    /// <summary>Level asked for, as in the <c>Edge-Consistency</c> header; absent: none.</summary>
    public string? Consistency { get; init; }

    /// <summary>Users; each keeps its own session token and goes to any node.</summary>
    [Range(1, 100_000)]
    public int Sessions { get; init; } = 20;
}

/// <summary>Writers of a scenario.</summary>
public sealed record WritePlan
{
    /// <summary>Writes per second, over all keys.</summary>
    [Range(0, 100_000)]
    public double Rate { get; init; } = 2;

    /// <summary>Spread of the arrivals.</summary>
    public ArrivalKind Arrivals { get; init; } = ArrivalKind.Poisson;

    /// <summary>True: each write purges its tag before it counts as acknowledged.</summary>
    public bool Purge { get; init; } = true;

    /// <summary>True: keys are written as often as they are read; else all alike.</summary>
    public bool LikeReads { get; init; }
}

/// <summary>What kind of thing is measured.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TargetKind>))]
public enum TargetKind
{
    /// <summary>EdgeCache processes that the tool starts.</summary>
    EdgeCache,

    /// <summary>Anything that is already running in front of the tool's origin.</summary>
    External,
}

/// <summary>Target of a scenario.</summary>
public sealed record TargetPlan
{
    /// <summary>Kind.</summary>
    public TargetKind Kind { get; init; } = TargetKind.EdgeCache;

    /// <summary>Edges to start (EdgeCache).</summary>
    [Range(1, 16)]
    public int Edges { get; init; } = 2;

    /// <summary>Addresses to read from (external): <c>http://…</c> or <c>dns://host:port/zone</c>.</summary>
    public IReadOnlyList<string> Read { get; init; } = [];

    /// <summary>URL template to purge at (external), with <c>{key}</c>; sent with method PURGE. Absent: purges cannot be sent.</summary>
    public string? PurgeUrl { get; init; }

    /// <summary>Port the tool's origin listens on, for external targets that must know it; 0: any.</summary>
    [Range(0, 65_535)]
    public int OriginPort { get; init; }

    /// <summary>Share of hints lost on their way to each edge, 0…1 (EdgeCache).</summary>
    [Range(0, 1)]
    public double HintLoss { get; init; }

    /// <summary>Delay of every hint, milliseconds (EdgeCache).</summary>
    [Range(0, 60_000)]
    public double HintDelayMilliseconds { get; init; }
}

/// <summary>Something that goes wrong.</summary>
public enum FaultKind
{
    /// <summary>SIGSTOP, and SIGCONT at the end.</summary>
    Pause,

    /// <summary>SIGKILL, and started again at the end.</summary>
    Kill,

    /// <summary>The node's connection to the store is cut, in both directions, until the end.</summary>
    Cut,
}

/// <summary>One fault: what, when, for how long. <see cref="What"/>: <c>redis</c>, <c>origin</c>, <c>edge-1</c>…</summary>
public sealed record Fault
{
    /// <summary>Kind.</summary>
    public FaultKind Kind { get; init; }

    /// <summary>Process or node.</summary>
    [Required, RegularExpression("redis|origin|resolver|edge-[0-9]{1,2}", ErrorMessage = "redis, origin, resolver or edge-N")]
    public required string What { get; init; }

    /// <summary>Start, seconds into the measured part.</summary>
    [Range(0, 86_400)]
    public double AtSeconds { get; init; }

    /// <summary>Length, seconds.</summary>
    [Range(0.01, 86_400)]
    public double Seconds { get; init; } = 1;
}
