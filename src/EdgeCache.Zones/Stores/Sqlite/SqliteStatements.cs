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
        Begin = Make("BEGIN IMMEDIATE", 0);
        BeginRead = Make("BEGIN", 0);
        Commit = Make("COMMIT", 0);
        Rollback = Make("ROLLBACK", 0);
        Savepoint = Make("SAVEPOINT one", 0);
        Release = Make("RELEASE one", 0);
        Undo = Make("ROLLBACK TO one", 0);
        Get = Make("SELECT value FROM store WHERE name = $1", 1);
        Put = Make("INSERT OR REPLACE INTO store VALUES ($1, $2)", 2);
        Drop = Make("DELETE FROM store WHERE name = $1", 1);
        Policy = Make("SELECT policy FROM directory WHERE zone = $1", 1);
        Directory = Make("SELECT zone, policy FROM directory ORDER BY zone", 0);
        PutPolicy = Make("INSERT OR REPLACE INTO directory VALUES ($1, $2)", 2);
        DropPolicy = Make("DELETE FROM directory WHERE zone = $1", 1);
        Zone = Make("SELECT z.id, z.epoch, z.serial, z.nonce, z.soa, d.policy, (SELECT min(serial) FROM log l WHERE l.zone = z.id) FROM zones z JOIN directory d ON d.zone = z.zone WHERE z.zone = $1", 1);
        AddZone = Make("INSERT INTO zones SELECT $1, coalesce(max(id), 0) + 1, $2, 0, 0, $3 FROM zones", 3);
        DropZone = Make("DELETE FROM zones WHERE zone = $1", 1);
        OpenEpoch = Make("UPDATE zones SET epoch = $2, serial = 0, nonce = 0, soa = $3 WHERE zone = $1", 3);
        MoveZone = Make("UPDATE zones SET serial = $2, nonce = $3, soa = $4 WHERE id = $1", 4);
        Record = Make("SELECT state FROM records WHERE zone = $1 AND name = $2 AND type = $3", 3);
        Records = Make("SELECT state FROM records WHERE zone = $1 AND (name, type) > ($2, $3) ORDER BY name, type LIMIT $4", 4);
        PutRecord = Make("INSERT INTO records VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO UPDATE SET state = excluded.state, dead = excluded.dead", 5);
        DeadRecords = Make("SELECT name, type FROM records WHERE zone = $1 AND dead IS NOT NULL AND dead < $2", 2);
        EraseRecord = Make("DELETE FROM records WHERE zone = $1 AND name = $2 AND type = $3", 3);
        AddHistory = Make("INSERT INTO history VALUES ($1, $2, $3, $4, $5, $6)", 6);
        History = Make("SELECT state, reason FROM history WHERE zone = $1 AND name = $2 AND type = $3 ORDER BY at DESC LIMIT $4", 4);
        TrimHistory = Make("DELETE FROM history WHERE zone = $1 AND name = $2 AND type = $3 AND at <= (SELECT at FROM history WHERE zone = $1 AND name = $2 AND type = $3 ORDER BY at DESC LIMIT 1 OFFSET $4)", 4);
        EraseHistory = Make("DELETE FROM history WHERE zone = $1 AND name = $2 AND type = $3", 3);
        AddEntry = Make("INSERT INTO log VALUES ($1, $2, $3, $4)", 4);
        Entry = Make("SELECT entry FROM log WHERE zone = $1 AND serial = $2", 2);
        Entries = Make("SELECT entry FROM log WHERE zone = $1 AND serial > $2 ORDER BY serial LIMIT $3", 3);
        OldestKept = Make("SELECT min(serial) FROM log WHERE zone = $1 AND at >= $2", 2);
        TrimLog = Make("DELETE FROM log WHERE zone = $1 AND serial < $2", 2);
        Change = Make("SELECT serial, fingerprint, created FROM changes WHERE zone = $1 AND id = $2 AND expires > $3", 3);
        AddChange = Make("INSERT OR REPLACE INTO changes VALUES ($1, $2, $3, $4, $5, $6)", 6);
        ForgetChanges = Make("DELETE FROM changes WHERE zone = $1 AND expires <= $2", 2);
        Vector = Make("SELECT region, epoch, serial FROM vectors WHERE zone = $1 AND region = $2", 2);
        Vectors = Make("SELECT region, epoch, serial FROM vectors WHERE zone = $1 ORDER BY region", 1);
        PutVector = Make("INSERT OR REPLACE INTO vectors VALUES ($1, $2, $3, $4)", 4);
        Report = Make("INSERT OR REPLACE INTO nodes VALUES ($1, $2, $3)", 3);
        Nodes = Make("SELECT report FROM nodes WHERE expires > $1", 1);
        ForgetNodes = Make("DELETE FROM nodes WHERE expires <= $1", 1);
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

    public SqliteStatement Report { get; }

    public SqliteStatement Nodes { get; }

    public SqliteStatement ForgetNodes { get; }

    /// <summary>Empties a zone's tables.</summary>
    public void EraseZone(long id, bool logOnly)
    {
        string[] tables = logOnly ? ["log", "changes"] : ["log", "changes", "records", "history", "vectors"];
        foreach (var table in tables)
        {
            using var statement = new SqliteStatement(_connection, $"DELETE FROM {table} WHERE zone = $1", 1);
            statement.Run(id);
        }
    }

    public void Dispose() => _all.ForEach(s => s.Dispose());

    private SqliteStatement Make(string sql, int parameters)
    {
        var statement = new SqliteStatement(_connection, sql, parameters);
        _all.Add(statement);
        return statement;
    }
}
