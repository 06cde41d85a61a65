using Microsoft.Data.Sqlite;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>Opens the database file and says in words an operator can use what is wrong with it. It never replaces one.</summary>
internal static class SqliteFile
{
    /// <summary>Name of the database inside the data folder.</summary>
    public const string Name = "edgecache.db";

    private const int SqliteReadOnly = 8;
    private const int SqliteCantOpen = 14;
    private const int SqliteNotADatabase = 26;
    private const int SqliteCorrupt = 11;

    /// <summary>Makes the folder and takes the high-water file, which also locks the store.</summary>
    public static HighWaterFile Lock(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new HighWaterFile(Path.Combine(folder, Name + ".high"));
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new StoreException($"data folder {folder} cannot be written: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new StoreException($"data folder {folder} cannot be used, or another process uses it: {fault.Message}", fault);
        }
    }

    /// <summary>Opens a connection; checks the file once if asked.</summary>
    public static SqliteConnection Open(string path, bool check)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;");
            if (check && Check(connection) is { } damage)
            {
                throw new StoreException($"database {path} is damaged ({damage}): restore a backup, or move the file away to begin anew; it was not touched");
            }

            if (check && SqliteSchema.Prepare(connection) is { } wrong)
            {
                throw new StoreException($"database {path} cannot be used: {wrong}; it was not touched");
            }

            return connection;
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw new StoreException(
                fault.SqliteErrorCode switch
                {
                    SqliteNotADatabase or SqliteCorrupt => $"database {path} is damaged ({fault.Message}): restore a backup, or move the file away to begin anew; it was not touched",
                    SqliteReadOnly or SqliteCantOpen => $"database {path} cannot be written: {fault.Message}",
                    _ => $"database {path} cannot be opened: {fault.Message}",
                },
                fault);
        }
        catch (StoreException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Copies a database that is in use.</summary>
    public static void Copy(string from, string to)
    {
        using var source = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = from, Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString());
        using var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = to, Pooling = false }.ToString());
        source.Open();
        target.Open();
        source.BackupDatabase(target);
    }

    private static string? Check(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        return command.ExecuteScalar() as string is var answer && answer == "ok" ? null : answer;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a constant of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
