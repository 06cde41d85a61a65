using System.ComponentModel.DataAnnotations;
using EdgeCache.Zones.Policies;

namespace EdgeCache.Configuration;

/// <summary>A zone's policy as it stands in a configuration file.</summary>
internal sealed class ZoneOptions : IValidatableObject
{
    /// <summary>Hosts that belong to the zone beside those under its apex.</summary>
    public List<string> Hosts { get; set; } = [];

    /// <summary>Who can say that a page has not changed.</summary>
    public RouteAuthority Authority { get; set; } = RouteAuthority.Origin;

    /// <summary>How conflicting writes are decided.</summary>
    public ConflictRule Conflict { get; set; } = ConflictRule.LastWriteWins;

    /// <summary>Lease of what a follower knows.</summary>
    public TimeSpan MaxLag { get; set; } = ZonePolicy.Standard.MaxLag;

    /// <summary>Longest freshness past the lease.</summary>
    public TimeSpan DegradedTtl { get; set; } = ZonePolicy.Standard.DegradedTtl;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxLag < TimeSpan.FromMilliseconds(100) || MaxLag > TimeSpan.FromHours(1))
        {
            yield return new ValidationResult($"{DurationText.Format(MaxLag)} is out of range{OptionsChecker.Divider}100ms to 1h", [nameof(MaxLag)]);
        }
    }

    public ZonePolicy ToPolicy() => ZonePolicy.Standard with
    {
        Hosts = [.. Hosts.Select(h => h.ToLowerInvariant())],
        Authority = Authority,
        Conflict = Conflict,
        MaxLag = MaxLag,
        DegradedTtl = DegradedTtl,
    };
}
