using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>The directory's hash as read: zones that this program understands, policies as they are written, and the names of zones that were removed. Immutable.</summary>
internal sealed record StoredDirectory(ZoneDirectory Zones, IReadOnlyDictionary<string, RedisValue> Policies, IReadOnlySet<string> Removed)
{
    private const string ZonePrefix = "z:";
    private const string RemovedPrefix = "r:";

    /// <summary>Field of a zone's policy.</summary>
    public static string Field(ZoneName zone) => ZonePrefix + zone.Value;

    /// <summary>Null when there is no directory.</summary>
    public static StoredDirectory? Parse(HashEntry[] fields)
    {
        long? version = null;
        var id = "";
        var zones = new List<ZoneDefinition>();
        var policies = new Dictionary<string, RedisValue>(StringComparer.Ordinal);
        var removed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (field, value) in fields.Select(f => (f.Name.ToString(), f.Value)))
        {
            if (field == "version")
            {
                version = (long)value;
            }
            else if (field == "id")
            {
                id = value.ToString();
            }
            else if (field.StartsWith(RemovedPrefix, StringComparison.Ordinal))
            {
                removed.Add(field[RemovedPrefix.Length..]);
            }
            else if (field.StartsWith(ZonePrefix, StringComparison.Ordinal))
            {
                policies[field[ZonePrefix.Length..]] = value;
                if (ZoneName.TryParse(field[ZonePrefix.Length..], out var zone, out _) && ZonePolicyJson.Read(value.ToString()) is { } policy)
                {
                    zones.Add(new ZoneDefinition(zone, policy));
                }
            }
        }

        return version is { } v ? new(new ZoneDirectory(v, [.. zones.OrderBy(z => z.Zone.Value, StringComparer.Ordinal)]) { Id = id }, policies, removed) : null;
    }

    /// <summary>True when this is what became of <paramref name="known"/>: the same store, and each of its zones is there or was removed. Otherwise something was lost.</summary>
    public bool GoesOn(StoredDirectory known) => Zones.Id == known.Zones.Id && known.Policies.Keys.All(z => Policies.ContainsKey(z) || Removed.Contains(z));

    /// <summary>This one and, as they were, the zones of <paramref name="known"/> that it lacks.</summary>
    public ZoneDirectory With(StoredDirectory known) => Zones with
    {
        Zones = [.. Zones.Zones.Concat(known.Zones.Zones.Where(z => !Policies.ContainsKey(z.Zone.Value) && !Removed.Contains(z.Zone.Value))).OrderBy(z => z.Zone.Value, StringComparer.Ordinal)],
    };
}
