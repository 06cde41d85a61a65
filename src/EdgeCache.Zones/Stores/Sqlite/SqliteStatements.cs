using Microsoft.Data.Sqlite;

namespace EdgeCache.Zones.Stores.Sqlite;

/// <summary>Every statement of the embedded store, prepared once per connection.</summary>
internal sealed class SqliteStatements : IDisposable
{
    private readonly List<SqliteStatement> _all = [];
    private readonly SqliteConnection _connection;

    public SqliteStatements(SqliteConnection connection)
    {
        _connection = connection;
        Begin = Make("BEGIN IMMEDIATE");
        BeginRead = Make("BEGIN");
        Commit = Make("COMMIT");
        Rollback = Make("ROLLBACK");
        Savepoint = Make("SAVEPOINT one");
        Release = Make("RELEASE one");
        Undo = Make("ROLLBACK TO one");
        Get = Make("SELECT value FROM store WHERE name = ?1");
        Put = Make("INSERT OR REPLACE INTO store VALUES (?1, ?2)");
        Drop = Make("DELETE FROM store WHERE name = ?1");
        Policy = Make("SELECT policy FROM directory WHERE zone = ?1");
        Directory = Make("SELECT zone, policy FROM directory ORDER BY zone");
        PutPolicy = Make("INSERT OR REPLACE INTO directory VALUES (?1, ?2)");
        DropPolicy = Make("DELETE FROM directory WHERE zone = ?1");
        Zone = Make("SELECT z.id, z.epoch, z.serial, z.nonce, z.soa, d.policy, (SELECT min(serial) FROM log l WHERE l.zone = z.id) FROM zones z JOIN directory d ON d.zone = z.zone WHERE z.zone = ?1");
        AddZone = Make("INSERT INTO zones SELECT ?1, coalesce(max(id), 0) + 1, ?2, 0, 0, ?3 FROM zones");
        DropZone = Make("DELETE FROM zones WHERE zone = ?1");
        OpenEpoch = Make("UPDATE zones SET epoch = ?2, serial = 0, nonce = 0, soa = ?3 WHERE zone = ?1");
        MoveZone = Make("UPDATE zones SET serial = ?2, nonce = ?3, soa = ?4 WHERE id = ?1");
        Record = Make("SELECT state FROM records WHERE zone = ?1 AND name = ?2 AND type = ?3");
        Records = Make("SELECT state FROM records WHERE zone = ?1 AND (name, type) > (?2, ?3) ORDER BY name, type LIMIT ?4");
        PutRecord = Make("INSERT INTO records VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET state = excluded.state, dead = excluded.dead");
        DeadRecords = Make("SELECT name, type FROM records WHERE zone = ?1 AND dead IS NOT NULL AND dead < ?2");
        EraseRecord = Make("DELETE FROM records WHERE zone = ?1 AND name = ?2 AND type = ?3");
        AddHistory = Make("INSERT INTO history VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        History = Make("SELECT state, reason FROM history WHERE zone = ?1 AND name = ?2 AND type = ?3 ORDER BY at DESC LIMIT ?4");
        TrimHistory = Make("DELETE FROM history WHERE zone = ?1 AND name = ?2 AND type = ?3 AND at <= (SELECT at FROM history WHERE zone = ?1 AND name = ?2 AND type = ?3 ORDER BY at DESC LIMIT 1 OFFSET ?4)");
        EraseHistory = Make("DELETE FROM history WHERE zone = ?1 AND name = ?2 AND type = ?3");
        AddEntry = Make("INSERT INTO log VALUES (?1, ?2, ?3, ?4)");
        Entry = Make("SELECT entry FROM log WHERE zone = ?1 AND serial = ?2");
        Entries = Make("SELECT serial, entry FROM log WHERE zone = ?1 AND serial > ?2 ORDER BY serial LIMIT ?3");
        OldestKept = Make("SELECT min(serial) FROM log WHERE zone = ?1 AND at >= ?2");
        TrimLog = Make("DELETE FROM log WHERE zone = ?1 AND serial < ?2");
        Change = Make("SELECT serial, fingerprint, created FROM changes WHERE zone = ?1 AND id = ?2 AND expires > ?3");
        AddChange = Make("INSERT OR REPLACE INTO changes VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        ForgetChanges = Make("DELETE FROM changes WHERE zone = ?1 AND expires <= ?2");
        Vector = Make("SELECT region, epoch, serial FROM vectors WHERE zone = ?1 AND region = ?2");
        Vectors = Make("SELECT region, epoch, serial FROM vectors WHERE zone = ?1 ORDER BY region");
        PutVector = Make("INSERT OR REPLACE INTO vectors VALUES (?1, ?2, ?3, ?4)");
        Unpacking = Make("SELECT zone, serial, at, next FROM unpacking WHERE zone = ?1");
        AllUnpacking = Make("SELECT zone, serial, at, next FROM unpacking ORDER BY at");
        AddUnpacking = Make("INSERT INTO unpacking VALUES (?1, ?2, ?3, 0)");
        MoveUnpacking = Make("UPDATE unpacking SET next = ?2 WHERE zone = ?1");
        EndUnpacking = Make("DELETE FROM unpacking WHERE zone = ?1");
        Unpacked = Make("SELECT place FROM unpacked WHERE zone = ?1 AND place = ?2");
        AllUnpacked = Make("SELECT place FROM unpacked WHERE zone = ?1");
        AddUnpacked = Make("INSERT INTO unpacked VALUES (?1, ?2)");
        ForgetUnpacked = Make("DELETE FROM unpacked WHERE zone = ?1");
        Report = Make("INSERT OR REPLACE INTO nodes VALUES (?1, ?2, ?3)");
        Nodes = Make("SELECT report FROM nodes WHERE expires > ?1");
        ForgetNodes = Make("DELETE FROM nodes WHERE expires <= ?1");
    }

    public SqliteStatement Begin { get; }

    public SqliteStatement BeginRead { get; }

    public SqliteStatement Commit { get; }

    public SqliteStatement Rollback { get; }

    public SqliteStatement Savepoint { get; }

    public SqliteStatement Release { get; }

    public SqliteStatement Undo { get; }

    public SqliteStatement Get { get; }

    public SqliteStatement Put { get; }

    public SqliteStatement Drop { get; }

    public SqliteStatement Policy { get; }

    public SqliteStatement Directory { get; }

    public SqliteStatement PutPolicy { get; }

    public SqliteStatement DropPolicy { get; }

    public SqliteStatement Zone { get; }

    public SqliteStatement AddZone { get; }

    public SqliteStatement DropZone { get; }

    public SqliteStatement OpenEpoch { get; }

    public SqliteStatement MoveZone { get; }

    public SqliteStatement Record { get; }

    public SqliteStatement Records { get; }

    public SqliteStatement PutRecord { get; }

    public SqliteStatement DeadRecords { get; }

    public SqliteStatement EraseRecord { get; }

    public SqliteStatement AddHistory { get; }

    public SqliteStatement History { get; }

    public SqliteStatement TrimHistory { get; }

    public SqliteStatement EraseHistory { get; }

    public SqliteStatement AddEntry { get; }

    public SqliteStatement Entry { get; }

    public SqliteStatement Entries { get; }

    public SqliteStatement OldestKept { get; }

    public SqliteStatement TrimLog { get; }

    public SqliteStatement Change { get; }

    public SqliteStatement AddChange { get; }

    public SqliteStatement ForgetChanges { get; }

    public SqliteStatement Vector { get; }

    public SqliteStatement Vectors { get; }

    public SqliteStatement PutVector { get; }

    public SqliteStatement Unpacking { get; }

    public SqliteStatement AllUnpacking { get; }

    public SqliteStatement AddUnpacking { get; }

    public SqliteStatement MoveUnpacking { get; }

    public SqliteStatement EndUnpacking { get; }

    public SqliteStatement Unpacked { get; }

    public SqliteStatement AllUnpacked { get; }

    public SqliteStatement AddUnpacked { get; }

    public SqliteStatement ForgetUnpacked { get; }

    public SqliteStatement Report { get; }

    public SqliteStatement Nodes { get; }

    public SqliteStatement ForgetNodes { get; }

    /// <summary>Empties a zone's tables.</summary>
    public void EraseZone(long id, bool logOnly)
    {
        string[] tables = logOnly ? ["log", "changes"] : ["log", "changes", "records", "history", "vectors", "unpacking", "unpacked"];
        foreach (var table in tables)
        {
            using var statement = new SqliteStatement(_connection, $"DELETE FROM {table} WHERE zone = ?1");
            statement.Run(id);
        }
    }

    public void Dispose() => _all.ForEach(s => s.Dispose());

    private SqliteStatement Make(string sql)
    {
        var statement = new SqliteStatement(_connection, sql);
        _all.Add(statement);
        return statement;
    }
}
