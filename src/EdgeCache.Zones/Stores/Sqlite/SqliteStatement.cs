using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>
/// One prepared statement with numbered parameters <c>?1</c>, <c>?2</c>… which are bound by number: a look-up of each by name, each time, was a quarter of the writer's time. Used by one thread at a time.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int LongestStackText = 256;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <exception cref="SqliteException">The statement fits no table here.</exception>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!; // it is open
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement), _database);
    }

    /// <summary>Runs it; says how many rows it changed.</summary>
    public int Run(params ReadOnlySpan<SqliteValue> values)
    {
        using var run = Start(values);
        while (run.Next())
        {
        }

        return raw.sqlite3_changes(_database);
    }

    /// <summary>What is made of the first row, or null.</summary>
    public T? First<T>(Func<SqliteRow, T> read, params ReadOnlySpan<SqliteValue> values)
    {
        using var run = Start(values);
        return run.Next() ? read(run.Row) : default;
    }

    /// <summary>What is made of every row.</summary>
    public List<T> All<T>(Func<SqliteRow, T> read, params ReadOnlySpan<SqliteValue> values)
    {
        using var run = Start(values);
        var rows = new List<T>();
        while (run.Next())
        {
            rows.Add(read(run.Row));
        }

        return rows;
    }

    /// <summary>Rows until <paramref name="take"/> says that it has enough.</summary>
    public void Each(Func<SqliteRow, bool> take, params ReadOnlySpan<SqliteValue> values)
    {
        using var run = Start(values);
        while (run.Next() && take(run.Row))
        {
        }
    }

    public void Dispose() => _statement.Dispose();

    private Running Start(ReadOnlySpan<SqliteValue> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            SqliteException.ThrowExceptionForRC(Bind(i + 1, values[i]), _database);
        }

        return new Running(_database, _statement);
    }

    private int Bind(int number, in SqliteValue value) => value.Kind switch
    {
        SqliteValueKind.Number => raw.sqlite3_bind_int64(_statement, number, value.Number),
        SqliteValueKind.Text => BindText(number, value.Text),
        SqliteValueKind.Bytes => raw.sqlite3_bind_blob(_statement, number, value.Bytes.Span),
        _ => raw.sqlite3_bind_null(_statement, number),
    };

    private int BindText(int number, string text)
    {
        // An empty span has no address, which SQLite takes for NULL.
        if (text.Length is 0 or > LongestStackText)
        {
            return raw.sqlite3_bind_text(_statement, number, text);
        }

        Span<byte> bytes = stackalloc byte[LongestStackText * 3];
        return raw.sqlite3_bind_text(_statement, number, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>A run of the statement; its end lets the next begin, and lets go of what was bound.</summary>
    private readonly ref struct Running(sqlite3 database, sqlite3_stmt statement)
    {
        public SqliteRow Row => new(statement);

        public bool Next()
        {
            var code = raw.sqlite3_step(statement);
            if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            {
                SqliteException.ThrowExceptionForRC(code, database);
            }

            return code == raw.SQLITE_ROW;
        }

        public void Dispose()
        {
            _ = raw.sqlite3_reset(statement); // says again what the step said
            _ = raw.sqlite3_clear_bindings(statement);
        }
    }
}
