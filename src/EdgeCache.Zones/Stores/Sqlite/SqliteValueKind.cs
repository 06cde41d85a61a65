namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>Which of the storage classes a <see cref="SqliteValue"/> has.</summary>
internal enum SqliteValueKind
{
    Null,
    Number,
    Text,
    Bytes,
}
