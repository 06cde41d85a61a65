using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Writing;

/// <summary>A value to publish.</summary>
public sealed record RecordPublish
{
    /// <summary>Which record.</summary>
    public required RecordKey Key { get; init; }

    /// <summary>The bytes; for DNS types the whole RRset, one RDATA a line.</summary>
    public required ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Media type; null: <c>text/plain</c> for DNS types, <c>application/octet-stream</c> for DOC.</summary>
    public string? ContentType { get; init; }

    /// <summary>Time to live, seconds; null: <see cref="Record.DefaultTtl"/>.</summary>
    public int? Ttl { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>For <c>siblings</c> zones: what the writer had read (<c>Edge-Context</c>), which it replaces; null: nothing.</summary>
    public VersionVector? Seen { get; init; }

    /// <summary>For <c>crdt</c> zones: what to change; <see cref="Value"/> is empty then, and time to live and tags stay unless given.</summary>
    public CrdtEdit? Edit { get; init; }

    /// <summary>Goes into the history as the reason; null: an ordinary version.</summary>
    public string? Reason { get; init; }

    /// <summary>What must hold.</summary>
    public WritePrecondition Precondition { get; init; }
}
