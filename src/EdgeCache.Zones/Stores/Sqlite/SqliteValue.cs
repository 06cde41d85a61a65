namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>What a parameter of a statement is set to, without a box for each number. <c>default</c>: NULL.</summary>
internal readonly struct SqliteValue
{
    private SqliteValue(SqliteValueKind kind) => Kind = kind;

    public SqliteValueKind Kind { get; }

    public long Number { get; private init; }

    public string Text { get; private init; } = "";

    public ReadOnlyMemory<byte> Bytes { get; private init; }

    public static implicit operator SqliteValue(long value) => new(SqliteValueKind.Number) { Number = value };

    public static implicit operator SqliteValue(long? value) => value is { } number ? number : default(SqliteValue);

    public static implicit operator SqliteValue(string? value) => value is null ? default : new(SqliteValueKind.Text) { Text = value };

    public static implicit operator SqliteValue(ReadOnlyMemory<byte> value) => new(SqliteValueKind.Bytes) { Bytes = value };

    public static implicit operator SqliteValue(byte[]? value) => value is null ? default : new(SqliteValueKind.Bytes) { Bytes = value };
}
