using System.ComponentModel.DataAnnotations;
using EdgeCache.Zones.Records;

namespace EdgeCache.Configuration;

/// <summary>The origin role: record store, admin API, authoritative DNS.</summary>
internal sealed class OriginOptions : IValidatableObject
{
    /// <summary>The node's name.</summary>
    [NodeName]
    public string Name { get; set; } = "origin";

    /// <summary>The admin listener.</summary>
    public AdminOptions Admin { get; set; } = new();

    /// <summary>Authoritative DNS listeners.</summary>
    public List<AuthorityOptions> Dns { get; set; } = [];

    /// <summary>Master files (RFC 1035) to load at start, by zone.</summary>
    public Dictionary<string, string> ZoneFiles { get; set; } = [];

    /// <summary>Other regions whose changes are taken over; all regions take writes.</summary>
    public List<ReplicationOptions> Replicate { get; set; } = [];

    /// <summary>The primary, when this origin is a read replica.</summary>
    public ReplicaOptions? Replica { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Replica is not null && Replicate.Count > 0)
        {
            yield return new ValidationResult($"both replica and replicate are set{OptionsChecker.Divider}one of the two: a replica of one primary, or regions that all take writes", [nameof(Replica)]);
        }

        foreach (var (zone, file) in ZoneFiles)
        {
            if (!ZoneName.TryParse(zone, out _, out var error))
            {
                yield return new ValidationResult($"'{zone}' is not a zone{OptionsChecker.Divider}{error}", [nameof(ZoneFiles)]);
            }

            if (!File.Exists(file))
            {
                yield return new ValidationResult($"'{file}' is not there{OptionsChecker.Divider}a master file that can be read", [nameof(ZoneFiles)]);
            }
        }
    }
}
