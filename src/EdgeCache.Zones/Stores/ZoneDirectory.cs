using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>Zones by name with a version that moves with every change of any of them. Immutable.</summary>
public sealed record ZoneDirectory(long Version, IReadOnlyList<ZoneDefinition> Zones)
{
    /// <summary>Which store it is: random, made with the directory, so that versions of two are not taken for one another's. Empty where a store cannot be emptied behind its process's back.</summary>
    public string Id { get; init; } = "";

    /// <summary>The definition of a zone; null when there is none.</summary>
    public ZoneDefinition? Find(ZoneName zone)
    {
        foreach (var definition in Zones)
        {
            if (definition.Zone == zone)
            {
                return definition;
            }
        }

        return null;
    }

    /// <summary>The next version, with a zone put in.</summary>
    internal ZoneDirectory With(ZoneDefinition definition) =>
        new(Version + 1, [.. Zones.Where(z => z.Zone != definition.Zone).Append(definition).OrderBy(z => z.Zone.Value, StringComparer.Ordinal)]);

    /// <summary>The next version, without a zone.</summary>
    internal ZoneDirectory Without(ZoneName zone) => new(Version + 1, [.. Zones.Where(z => z.Zone != zone)]);
}
