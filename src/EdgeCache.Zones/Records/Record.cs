namespace EdgeCache.Zones.Records;

/// <summary>
/// A published value, immutable. A tombstone has <see cref="IsDeleted"/> set and no value; it keeps its version so that a late replica
/// cannot bring the record back. For DNS types the value is the whole RRset, one RDATA per line in presentation form (RFC 1035 §5.1), UTF-8.
/// </summary>
public sealed record Record
{
    /// <summary>Largest value, bytes.</summary>
    public const int MaxValueLength = 1024 * 1024;

    /// <summary>Largest time to live, seconds (7 days).</summary>
    public const int MaxTtl = 604_800;

    /// <summary>Time to live when a publish names none, seconds.</summary>
    public const int DefaultTtl = 60;

    /// <summary>Name and type.</summary>
    public required RecordKey Key { get; init; }

    /// <summary>The bytes; empty for a tombstone.</summary>
    public required ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Media type of the value; <c>text/plain</c> for DNS types.</summary>
    public required string ContentType { get; init; }

    /// <summary>Time to live, seconds, 0…<see cref="MaxTtl"/>.</summary>
    public required int Ttl { get; init; }

    /// <summary>Tags whose floors rise when the record changes.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The write that made it.</summary>
    public required RecordVersion Version { get; init; }

    /// <summary>When the store committed it, Unix milliseconds of the store's clock. For people and for staleness reports; never compared for correctness.</summary>
    public required long CommittedAt { get; init; }

    /// <summary>The strong entity tag of this state: of the version, and of what stands beside it where values merge.</summary>
    public string ETag => Context.IsEmpty
        ? Version.ETag
        : $"\"{Version.Serial}-{Version.Clock.Value:x}-{System.IO.Hashing.XxHash3.HashToUInt64(Context.Span):x}\"";

    /// <summary>True for a tombstone.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>True for a tombstone that took the record's older values out of histories and logs as well (PLANE.md 33); a value that loses to it leaves no trace but its stamp.</summary>
    public bool IsErased { get; init; }

    /// <summary>
    /// A tombstone that no writer wrote and nothing remembers: in a copy of another store, of a record that store has no trace of. Whoever applies it forgets the record, as if there had never been one.
    /// </summary>
    public bool IsForgotten => IsDeleted && Version.Clock == default;

    /// <summary>Dotted version vector or crdt state, opaque here; empty for <c>reject</c> and <c>lww</c>.</summary>
    public ReadOnlyMemory<byte> Context { get; init; }
}
