using EdgeCache.Admin;
using EdgeCache.Zones.Log;

namespace EdgeCache.Dashboard;

/// <summary>
/// One change with its timeline so far; of the change itself only what is shown, since a hundred purges of a thousand tags each are megabytes. Guarded by the board's lock. Times are Unix milliseconds: the store's clock for accepted, each node's own for what it did.
/// </summary>
internal sealed class ChangeRow(LogEntry entry)
{
    private readonly string _zone = entry.Zone.Value;
    private readonly string _title = Title(entry.Change);
    private readonly int? _oldTtl = OldTtl(entry.Change);

    public Position Position { get; } = entry.Position;

    public string ChangeId { get; } = entry.ChangeId;

    public string Kind { get; } = LogEntryText.Kind(entry.Change);

    public long CommittedAt { get; } = entry.CommittedAt;

    /// <summary>The board's count when the row last changed.</summary>
    public long Revision { get; set; }

    public long? HintedAt { get; set; }

    /// <summary>Node → when it applied it.</summary>
    public SortedDictionary<string, long> Applied { get; } = new(StringComparer.Ordinal);

    /// <summary>Node → when it first answered what the change covers anew.</summary>
    public SortedDictionary<string, long> Fresh { get; } = new(StringComparer.Ordinal);

    public object ToJson() => new
    {
        change = Position.ToString(),
        writerId = ChangeId,
        zone = _zone,
        serial = Position.Serial,
        kind = Kind,
        title = _title,
        oldTtl = _oldTtl,
        acceptedAt = CommittedAt,
        hintedAt = HintedAt,
        applied = Applied,
        fresh = Fresh,
    };

    private static string Title(Change change) => change switch
    {
        RecordChange { After: var record } => record.Key.ToString(),
        PurgeChange { Selectors: [var only] } => Title(only),
        PurgeChange { Selectors: [var first, ..] } purge => $"{Title(first)} and {purge.Selectors.Count - 1} more",
        BatchChange batch => $"{batch.Changes.Count} changes",
        _ => "",
    };

    private static string Title(Selector selector) => selector.Kind switch
    {
        SelectorKind.All => "everything",
        SelectorKind.Name => selector.Type.Length == 0 ? $"name {selector.Value}" : $"name {selector.Value}/{selector.Type}",
        _ => $"{selector.Kind.ToString().ToLowerInvariant()} {selector.Value}",
    };

    /// <summary>Seconds for which a cache that follows no log may still answer the old value; null when the log does not know.</summary>
    private static int? OldTtl(Change change) => change switch
    {
        RecordChange { Before: { } before } => before.Ttl,
        BatchChange batch => batch.Changes.Max(OldTtl),
        _ => null,
    };
}
