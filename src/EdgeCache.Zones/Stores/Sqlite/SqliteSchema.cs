using Microsoft.Data.Sqlite;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>The tables of the embedded store and their version. An older version is brought up in one transaction; a newer one is refused, never guessed at.</summary>
internal static class SqliteSchema
{
    /// <summary>Version of the tables, kept in <c>PRAGMA user_version</c>.</summary>
    public const int Version = 3;

    // Keyed apart from the rows: where a row is its own key, looking for one reads those on its way to their end, and an entry may be a whole zone of 15 MB.
    private const string Log = "CREATE TABLE log (zone INTEGER NOT NULL, serial INTEGER NOT NULL, at INTEGER NOT NULL, entry BLOB NOT NULL, PRIMARY KEY (zone, serial));";

    // What of a whole zone's change is in the log and not in the tables of records and versions yet: a program that does not know this would miss it.
    private const string Unpacking = """
        CREATE TABLE unpacking (zone INTEGER PRIMARY KEY, serial INTEGER NOT NULL, at INTEGER NOT NULL, next INTEGER NOT NULL);
        CREATE TABLE unpacked (zone INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (zone, place)) WITHOUT ROWID;
        """;

    private const string ToVersion2 = $"ALTER TABLE log RENAME TO log_1; {Log} INSERT INTO log SELECT zone, serial, at, entry FROM log_1 ORDER BY zone, serial; DROP TABLE log_1;";

    private const string Tables = $"""
        CREATE TABLE store (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE directory (zone TEXT PRIMARY KEY, policy TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE zones (zone TEXT PRIMARY KEY, id INTEGER NOT NULL UNIQUE, epoch INTEGER NOT NULL, serial INTEGER NOT NULL, nonce INTEGER NOT NULL, soa INTEGER NOT NULL) WITHOUT ROWID;
        {Log}
        CREATE TABLE records (zone INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, state BLOB NOT NULL, dead INTEGER, PRIMARY KEY (zone, name, type));
        CREATE INDEX tombstones ON records (zone, dead) WHERE dead IS NOT NULL;
        CREATE TABLE history (zone INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL, state BLOB NOT NULL, reason TEXT, PRIMARY KEY (zone, name, type, at));
        CREATE TABLE changes (zone INTEGER NOT NULL, id TEXT NOT NULL, serial INTEGER NOT NULL, fingerprint INTEGER NOT NULL, expires INTEGER NOT NULL, created TEXT NOT NULL, PRIMARY KEY (zone, id)) WITHOUT ROWID;
        CREATE INDEX changes_by_age ON changes (zone, expires);
        {Unpacking}
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

        if (found > 0)
        {
            Run(connection, (found == 1 ? ToVersion2 : "") + Unpacking);
            return null;
        }

        if (Convert.ToInt64(Scalar(connection, "SELECT count(*) FROM sqlite_master")) > 0)
        {
            return "it is a database of something else";
        }

        Run(connection, Tables);
        return null;
    }

    /// <summary>All of it and the new version, or nothing.</summary>
    private static void Run(SqliteConnection connection, string sql)
    {
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // constants of this file
        command.CommandText = $"{sql} PRAGMA user_version = {Version};";
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        transaction.Commit();
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
