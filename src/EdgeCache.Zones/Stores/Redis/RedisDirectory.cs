using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>
/// The zones and their policies in one hash. What was seen once is remembered: when the store was emptied behind our back, its zones are lost and not unknown, and nothing
/// makes them anew but <see cref="IZoneStore.OpenEpochAsync"/>. Thread-safe.
/// </summary>
internal sealed class RedisDirectory(RedisConnection connection)
{
    private const string VersionField = "version";
    private const string ZonePrefix = "z:";
    private volatile ZoneDirectory? _seen;

    /// <summary>Called once, on a store that holds nothing yet and never did: makes the zone <c>default</c>.</summary>
    public required Func<Task> InitialiseAsync { get; init; }

    /// <summary>What was seen last; null before the first read.</summary>
    public ZoneDirectory? Seen => _seen;

    public static string Field(ZoneName zone) => ZonePrefix + zone.Value;

    /// <summary>Reads the directory. An emptied store answers what was seen before.</summary>
    public async Task<ZoneDirectory> ReadAsync()
    {
        var found = Parse(await connection.Database.HashGetAllAsync(RedisKeys.Directory));
        if (found is null && _seen is null)
        {
            await InitialiseAsync();
            found = Parse(await connection.Database.HashGetAllAsync(RedisKeys.Directory));
        }

        if (found is not null)
        {
            _seen = found;
        }

        return _seen ?? throw new StoreException($"Redis at {connection.Address} lost the directory while it was made");
    }

    /// <summary>One zone as of now; null when there is none. A zone of an emptied store is still known.</summary>
    public async Task<ZoneDefinition?> FindAsync(ZoneName zone)
    {
        var fields = await connection.Database.HashGetAsync(RedisKeys.Directory, [VersionField, Field(zone)]);
        if (fields[0].IsNull)
        {
            return (_seen ?? await ReadAsync()).Find(zone);
        }

        return fields[1].IsNull || ZonePolicyJson.Read((string)fields[1]!) is not { } policy ? null : new ZoneDefinition(zone, policy); // not null: checked
    }

    /// <summary>True when the zone is or was in the directory.</summary>
    public async Task<bool> KnowsAsync(ZoneName zone) =>
        _seen?.Find(zone) is not null || await connection.Database.HashExistsAsync(RedisKeys.Directory, Field(zone));

    /// <summary>Puts a zone in; after a loss everything that was remembered comes back with it.</summary>
    public async Task PutAsync(ZoneDefinition definition)
    {
        var wanted = new List<ZoneDefinition> { definition };
        if (_seen is { } seen && !await connection.Database.HashExistsAsync(RedisKeys.Directory, VersionField))
        {
            wanted.InsertRange(0, seen.Zones.Where(z => z.Zone != definition.Zone));
            // The version goes on from where it was, or followers would take the directory for an old one.
            await connection.Database.HashSetAsync(RedisKeys.Directory, VersionField, seen.Version, When.NotExists);
        }

        await connection.Database.ScriptEvaluateAsync(
            RedisScripts.PutZones, [RedisKeys.Directory], [.. wanted.SelectMany(z => new RedisValue[] { Field(z.Zone), ZonePolicyJson.Write(z.Policy) })]);
        await ReadAsync();
    }

    /// <summary>Takes a zone out; false when it was not in.</summary>
    public async Task<bool> RemoveAsync(ZoneName zone)
    {
        var removed = (long)await connection.Database.ScriptEvaluateAsync(RedisScripts.RemoveZone, [RedisKeys.Directory], [Field(zone)]);
        await ReadAsync();
        return removed != 0;
    }

    private static ZoneDirectory? Parse(HashEntry[] fields)
    {
        long? version = null;
        var zones = new List<ZoneDefinition>();
        foreach (var field in fields)
        {
            var name = field.Name.ToString();
            if (name == VersionField)
            {
                version = (long)field.Value;
            }
            else if (name.StartsWith(ZonePrefix, StringComparison.Ordinal) && ZoneName.TryParse(name[ZonePrefix.Length..], out var zone, out _)
                && ZonePolicyJson.Read(field.Value.ToString()) is { } policy)
            {
                zones.Add(new ZoneDefinition(zone, policy));
            }
        }

        return version is { } v ? new ZoneDirectory(v, [.. zones.OrderBy(z => z.Zone.Value, StringComparer.Ordinal)]) : null;
    }
}
