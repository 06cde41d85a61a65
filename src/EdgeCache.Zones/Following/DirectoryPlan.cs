using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Following;

/// <summary>
/// What a changed directory means for the zones a node knows (PLANE.md 14): a zone that gains hosts becomes another incarnation, since purges of those hosts went to
/// another zone until now. Pure.
/// </summary>
internal static class DirectoryPlan
{
    /// <summary>Zones, of those in <paramref name="after"/>, that own a host now that they did not own before; new zones are not among them.</summary>
    public static IReadOnlySet<ZoneName> Gaining(IReadOnlyCollection<ZoneDefinition> before, IReadOnlyCollection<ZoneDefinition> after)
    {
        var known = before.Select(d => d.Zone).ToHashSet();
        var owners = Owners(after);
        var claims = Claims(before).ToHashSet();
        var now = Claims(after).ToHashSet();
        claims.SymmetricExceptWith(now);
        return claims.Select(c => OwnerOf(c.Host, owners)).Where(known.Contains).ToHashSet();
    }

    private static Dictionary<string, ZoneName> Owners(IReadOnlyCollection<ZoneDefinition> zones)
    {
        var owners = new Dictionary<string, ZoneName>(StringComparer.OrdinalIgnoreCase);
        foreach (var (host, zone) in Claims(zones))
        {
            owners[host] = zone;
        }

        return owners;
    }

    /// <summary>Apexes first: a host that a zone lists goes before an apex of the same name, as in <see cref="ZoneMap"/>.</summary>
    private static IEnumerable<(string Host, ZoneName Zone)> Claims(IReadOnlyCollection<ZoneDefinition> zones)
    {
        ZoneDefinition[] ordered = [.. zones.OrderBy(z => z.Zone.Value, StringComparer.Ordinal)];
        return ordered.Select(z => (z.Zone.Value, z.Zone)).Concat(ordered.SelectMany(z => z.Policy.Hosts.Select(h => (h.ToLowerInvariant(), z.Zone))));
    }

    private static ZoneName OwnerOf(string host, Dictionary<string, ZoneName> owners)
    {
        for (var rest = host; ; rest = rest[(rest.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            if (owners.TryGetValue(rest, out var zone))
            {
                return zone;
            }

            if (!rest.Contains('.', StringComparison.Ordinal))
            {
                return ZoneName.Default;
            }
        }
    }
}
