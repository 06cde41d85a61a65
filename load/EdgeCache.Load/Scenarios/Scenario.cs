using System.ComponentModel.DataAnnotations;

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

    /// <summary>
    /// True: keys come in pairs, a post and its comment. One author writes the post and then the comment of the same version; a reader looks at the comment and then at the post.
    /// </summary>
    public bool Feed { get; init; }

    /// <summary>What the gate asks for when the command line says nothing else.</summary>
    public GatePlan Gate { get; init; } = new();

    /// <summary>The defect that must turn the gate red; test builds of <c>edgecache</c> have it, see <see cref="SeededDefect"/>.</summary>
    public SeededDefect? SeededDefect { get; init; }

    /// <summary>What is measured.</summary>
    public TargetPlan Target { get; init; } = new();

    /// <summary>What goes wrong meanwhile.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>The run is void when the generator itself was later than this at its 99th percentile, milliseconds.</summary>
    [Range(0.1, 1000)]
    public double MaxSchedulingLagMilliseconds { get; init; } = 50;
}
