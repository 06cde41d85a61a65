using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Configuration;

/// <summary>Everything one process runs: any number of nodes on one store. A role on the command line is the same with one node.</summary>
internal sealed class ProgramOptions : IValidatableObject
{
    /// <summary>Records and log.</summary>
    public StoreOptions Store { get; set; } = new();

    /// <summary>Zones to create at start when the store has none of that name.</summary>
    public Dictionary<string, ZoneOptions> Zones { get; set; } = [];

    /// <summary>The origin role.</summary>
    public OriginOptions? Origin { get; set; }

    /// <summary>Edges.</summary>
    public List<EdgeOptions> Edges { get; set; } = [];

    /// <summary>Recursive resolvers.</summary>
    public List<ResolverOptions> Resolvers { get; set; } = [];

    /// <summary>The demonstration shop.</summary>
    public ShopOptions? Shop { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Origin is null && Edges.Count == 0 && Resolvers.Count == 0 && Shop is null)
        {
            yield return new ValidationResult($"nothing is configured{OptionsChecker.Divider}at least one of origin, edges, resolvers, shop", [nameof(Origin)]);
        }

        string?[] names = [Origin?.Name, .. Edges.Select(e => e.Name), .. Resolvers.Select(r => r.Name)];
        foreach (var twice in names.Where(n => n is not null).GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return new ValidationResult($"two nodes are named '{twice.Key}'{OptionsChecker.Divider}a name of its own for each node", [nameof(Edges)]);
        }
    }
}
