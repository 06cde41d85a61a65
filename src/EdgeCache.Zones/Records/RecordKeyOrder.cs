namespace EdgeCache.Zones.Records;

/// <summary>Name, then type, ordinal: the order in which stores list records. Names and types are ASCII, so it is byte order as well.</summary>
internal sealed class RecordKeyOrder : IComparer<RecordKey>
{
    /// <summary>The one instance.</summary>
    public static RecordKeyOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(RecordKey x, RecordKey y) =>
        string.CompareOrdinal(x.Name, y.Name) is var names && names != 0 ? names : string.CompareOrdinal(x.Type, y.Type);
}
