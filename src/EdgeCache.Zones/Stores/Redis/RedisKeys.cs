using EdgeCache.Zones.Records;
using StackExchange.Redis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>The names of keys (README, Redis keys). Everything of one zone shares its shard's hash tag, so one script can touch it.</summary>
internal static class RedisKeys
{
    /// <summary>Hash: <c>id</c>, <c>version</c>, <c>z:zone</c> with the policy as JSON, and <c>r:zone</c> with the version in which a zone was removed.</summary>
    public static readonly RedisKey Directory = "ec:zones";

    /// <summary>Hash: node name to report.</summary>
    public static readonly RedisKey Nodes = "ec:nodes";

    /// <summary>A small named value.</summary>
    public static RedisKey Value(string name) => $"ec:{name}";

    /// <summary>The shard's sequence: moves with every commit of any of its zones.</summary>
    public static RedisKey Sequence(int shard) => $"ec:{{s{shard:d3}}}:seq";

    /// <summary>The shard's hint channel.</summary>
    public static RedisChannel Hints(int shard) => RedisChannel.Literal($"ec:{{s{shard:d3}}}:hint");

    /// <summary>A key of a zone.</summary>
    public static RedisKey Of(ZoneName zone, string part) => $"ec:{{s{zone.Shard:d3}}}:{zone}:{part}";

    /// <summary>Field or member of a record: a NUL cannot stand in a name, and sorts before everything that can.</summary>
    public static RedisValue Field(RecordKey key) => $"{key.Name}\0{key.Type}";

    /// <summary>A field back as a key.</summary>
    public static RecordKey Parse(string field)
    {
        var at = field.IndexOf('\0', StringComparison.Ordinal);
        return new RecordKey(field[..at], field[(at + 1)..]);
    }
}
