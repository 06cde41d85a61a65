using System.ComponentModel.DataAnnotations;
using EdgeCache.Zones.Policies;

namespace EdgeCache.Configuration;

/// <summary>One recursive caching resolver.</summary>
internal sealed class ResolverOptions : IValidatableObject
{
    /// <summary>The node's name.</summary>
    [NodeName]
    public string Name { get; set; } = "resolver";

    /// <summary>Where it listens, UDP and TCP.</summary>
    [MinLength(1, ErrorMessage = "a resolver needs an address to listen on | IP:PORT"), Address(AddressKind.Endpoint)]
    public List<string> Dns { get; set; } = ["127.0.0.1:5300"];

    /// <summary>Whether it follows the log, or lives on TTLs alone.</summary>
    public ResolverMode Mode { get; set; } = ResolverMode.Push;

    /// <summary>Root hints, a master file of NS and address records.</summary>
    public string? RootHints { get; set; }

    /// <summary>Resolvers to ask instead of walking from the root.</summary>
    [Address(AddressKind.Endpoint)]
    public List<string> Forward { get; set; } = [];

    /// <summary>The port that authoritative servers are asked on.</summary>
    [Range(1, 65_535, ErrorMessage = "this is not a port | 1 to 65535")]
    public int UpstreamPort { get; set; } = 53;

    /// <summary>A file holding seconds to add to the clock, read each second; for tests.</summary>
    public string? TestClock { get; set; }

    /// <summary>An admin listener of its own; without it there is none.</summary>
    public AdminOptions? Admin { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((RootHints is null) == (Forward.Count == 0))
        {
            yield return new ValidationResult(
                $"{(RootHints is null ? "neither rootHints nor forward is set" : "both rootHints and forward are set")}{OptionsChecker.Divider}one of the two: a file of root hints, or resolvers to ask",
                [nameof(RootHints)]);
        }

        if (RootHints is not null && !File.Exists(RootHints))
        {
            yield return new ValidationResult($"'{RootHints}' is not there{OptionsChecker.Divider}a file of NS and address records", [nameof(RootHints)]);
        }
    }
}
