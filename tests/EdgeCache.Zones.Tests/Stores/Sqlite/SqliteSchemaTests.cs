using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Sqlite;

public sealed class SqliteSchemaTests : IDisposable
{
    /// <summary>Version 2 had all of a change in the tables with its commit.</summary>
    private const string BackToVersion2 = "DROP TABLE unpacking; DROP TABLE unpacked; PRAGMA user_version = 2;";

    /// <summary>How version 1 kept the log.</summary>
    private const string BackToVersion1 = $"""
        {BackToVersion2}
        ALTER TABLE log RENAME TO log_2;
        CREATE TABLE log (zone INTEGER NOT NULL, serial INTEGER NOT NULL, at INTEGER NOT NULL, entry BLOB NOT NULL, PRIMARY KEY (zone, serial)) WITHOUT ROWID;
        INSERT INTO log SELECT * FROM log_2; DROP TABLE log_2; PRAGMA user_version = 1;
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(BackToVersion1)]
    [InlineData(BackToVersion2)]
    public async Task Open_FileOfAnOlderVersion_HasItsEntriesAndTakesMore(string back)
    {
        string file;
        ZoneRead before;
        await using (var store = await OpenAsync())
        {
            file = store.Path;
            await store.PutZoneAsync(Zone(), Cancel);
            for (var i = 0; i < 20; i++)
            {
                await store.PutAsync(Write(Value(Www, $"{i}")));
            }

            before = await store.ReadAsync((await store.ReadAsync()).Epoch);
        }

        Run(file, back);
        await using (var store = await OpenAsync())
        {
            var after = await store.ReadAsync(before.Epoch);
            Assert.Equal(before.Entries.Select(e => (e.Serial, e.Nonce)), after.Entries.Select(e => (e.Serial, e.Nonce)));
            Assert.Equal(21, (await store.PutAsync(Write(Value(Www, "more")))).Position.Serial);
        }

        await using var again = await OpenAsync();
        Assert.Equal(21, (await again.ReadAsync(before.Epoch)).Entries.Count);
    }

    [Theory]
    [InlineData("PRAGMA user_version = 99", "schema version 99")]
    [InlineData("PRAGMA user_version = 0", "a database of something else")]
    public async Task Open_FileOfAnother_SaysSoAndLeavesIt(string sql, string word)
    {
        string file;
        await using (var store = await OpenAsync())
        {
            file = store.Path;
            await store.PutZoneAsync(Zone(), Cancel);
        }

        Run(file, sql);
        var before = await File.ReadAllBytesAsync(file, Cancel);
        var fault = await Assert.ThrowsAsync<StoreException>(async () => await OpenAsync());
        Assert.Contains(word, fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file, Cancel));
    }

    [Fact]
    public async Task Log_OneEntryOfManyMegabytes_LookingForAnotherCostsWhatItDoesWithoutIt()
    {
        string file;
        await using (var store = await OpenAsync())
        {
            file = store.Path;
            await store.PutZoneAsync(Zone(), Cancel);
        }

        using var connection = Connect(file);
        Run(connection, "INSERT INTO log VALUES (1, 5, 0, x'05'), (1, 6, 0, x'06')");
        var without = Median(connection);
        Run(connection, "UPDATE log SET entry = zeroblob(16000000) WHERE serial = 5");

        // Reading all of the entry makes it some thousand times as much.
        Assert.InRange(Median(connection) / without, 0, 100);
    }

    private static double Median(SqliteConnection connection)
    {
        const string Sql = "SELECT min(serial) FROM log WHERE zone = 1; SELECT entry FROM log WHERE zone = 1 AND serial > 5 ORDER BY serial LIMIT 1";
        return Enumerable.Range(0, 25).Select(_ =>
        {
            var start = TimeProvider.System.GetTimestamp();
            Run(connection, Sql);
            return TimeProvider.System.GetElapsedTime(start).TotalMicroseconds;
        }).Order().ElementAt(12);
    }

    private static SqliteConnection Connect(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    private static void Run(string file, string sql)
    {
        using var connection = Connect(file);
        Run(connection, sql);
        Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the constants above
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteScalar();
    }

    private async Task<SqliteZoneStore> OpenAsync() =>
        await SqliteZoneStore.OpenAsync(Path.Combine(_folder, "store"), new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)), new Random(7), "", CancellationToken.None);
}
