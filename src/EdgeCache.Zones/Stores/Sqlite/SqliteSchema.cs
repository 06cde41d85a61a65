using Microsoft.Data.Sqlite;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>The tables of the embedded store and their version. A newer version is refused, never guessed at.</summary>
internal static class SqliteSchema
{
    /// <summary>Version of the tables, kept in <c>PRAGMA user_version</c>.</summary>
    public const int Version = 1;

    private const string Tables = """
        CREATE TABLE store (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE directory (zone TEXT PRIMARY KEY, policy TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE zones (zone TEXT PRIMARY KEY, id INTEGER NOT NULL UNIQUE, epoch INTEGER NOT NULL, serial INTEGER NOT NULL, nonce INTEGER NOT NULL, soa INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE log (zone INTEGER NOT NULL, serial INTEGER NOT NULL, at INTEGER NOT NULL, entry BLOB NOT NULL, PRIMARY KEY (zone, serial)) WITHOUT ROWID;
        CREATE TABLE records (zone INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, state BLOB NOT NULL, dead INTEGER, PRIMARY KEY (zone, name, type));
        CREATE INDEX tombstones ON records (zone, dead) WHERE dead IS NOT NULL;
        CREATE TABLE history (zone INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL, state BLOB NOT NULL, reason TEXT, PRIMARY KEY (zone, name, type, at));
        CREATE TABLE changes (zone INTEGER NOT NULL, id TEXT NOT NULL, serial INTEGER NOT NULL, fingerprint INTEGER NOT NULL, expires INTEGER NOT NULL, created TEXT NOT NULL, PRIMARY KEY (zone, id)) WITHOUT ROWID;
        CREATE INDEX changes_by_age ON changes (zone, expires);
        CREATE TABLE vectors (zone INTEGER NOT NULL, region TEXT NOT NULL, epoch INTEGER NOT NULL, serial INTEGER NOT NULL, PRIMARY KEY (zone, region)) WITHOUT ROWID;
        CREATE TABLE nodes (node TEXT PRIMARY KEY, report TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>Makes the tables in an empty database; says what is wrong with another.</summary>
    public static string? Prepare(SqliteConnection connection)
    {
        var found = Convert.ToInt64(Scalar(connection, "PRAGMA user_version"));
        if (found == Version)
        {
            return null;
        }

        if (found > Version)
        {
            return $"it has schema version {found}, made by a newer program; this one knows {Version}";
        }

        if (Convert.ToInt64(Scalar(connection, "SELECT count(*) FROM sqlite_master")) > 0)
        {
            return "it is a database of something else";
        }

        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"{Tables} PRAGMA user_version = {Version};";
        command.ExecuteNonQuery();
        transaction.Commit();
        return null;
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
