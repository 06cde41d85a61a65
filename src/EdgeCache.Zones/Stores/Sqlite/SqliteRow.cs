using SQLitePCL;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>The row a statement stands at, columns from 0. Good until the statement goes on.</summary>
internal readonly struct SqliteRow(sqlite3_stmt statement)
{
    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    public string GetString(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string() ?? "";

    public bool IsDBNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>The bytes where SQLite holds them: to be read before the statement goes on.</summary>
    public ReadOnlySpan<byte> GetBytes(int column) => raw.sqlite3_column_blob(statement, column);
}
