using System.IO.Hashing;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Replication;

/// <summary>Stands for a state of a record: equal in two regions exactly when the states are, but for the time each store committed them at.</summary>
public readonly record struct RecordDigest(RecordKey Key, UInt128 Value)
{
    /// <summary>Digests in one page, and keys in one request for states.</summary>
    public const int PageLength = 256;

    /// <summary>Of a state.</summary>
    public static RecordDigest Of(Record record) =>
        new(record.Key, XxHash128.HashToUInt128(RecordCodec.Encode(record with { CommittedAt = 0, IsErased = false }).Span));
}
