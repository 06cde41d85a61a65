using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using EdgeCache.Zones.Stores.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Sqlite;

/// <summary>A whole zone in one commit: nobody waits for it, and it is there in full from its first moment, though the tables get it later.</summary>
public sealed class WholeCommitTests : IDisposable
{
    private const int Names = 3_500;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Commit_OthersWriteWhileItIsPrepared_TheyAreAcknowledgedBeforeItAndItIsMadeOfWhatTheyWrote()
    {
        await using var store = await OpenAsync();
        await store.PutZoneAsync(Zone(), Cancel);
        await store.PutAsync(Write(Value(Www, "before")));
        using var held = new HeldList(Writes(2, [Www]));
        var whole = store.PutAsync(Commit(held, []));
        await held.Reached.WaitAsync(TimeSpan.FromMinutes(2), Cancel);
        var purge = await store.PutAsync(Purge("t"));
        var other = await store.PutAsync(Write(Value(Www, "meanwhile", 2), new Guard(GuardKind.Newer)));
        Assert.False(whole.IsCompleted);
        held.Release();
        var done = await whole;
        Assert.Equal((CommitOutcome.Committed, purge.Position.Serial + 2), (done.Outcome, done.Position.Serial));
        var entry = Assert.Single((await store.ReadAsync(done.Position.Epoch, done.Position.Serial - 1)).Entries);
        var www = ((BatchChange)entry.Change).Changes.OfType<RecordChange>().Single(c => c.After.Key == Www);
        Assert.Equal(("meanwhile", other.Position.Serial), (Text(www.Before), www.Before!.Version.Serial));
    }

    [Fact]
    public async Task Commit_WhileTheTablesDoNotHaveIt_EveryReadAndWriteSeesAllOfItAlsoAfterAnEnd()
    {
        var early = new RecordKey("n03333", "A");
        await using var oracle = new MemoryZoneStore(_time, new Random(5), "");
        await using (var store = await OpenAsync())
        {
            foreach (var each in new IZoneStore[] { store, oracle })
            {
                await each.PutZoneAsync(Zone(), Cancel);
                await each.PutAsync(Write(Value(Www, "stays")));
                await each.PutAsync(Write(Value(new RecordKey("n00007", "A"), "old")));
                await each.PutAsync(Write(Value(new RecordKey("n03400", "A"), "late", 900), new Guard(GuardKind.Newer)));
            }

            // The first slice comes into the tables, the others do not; but for one name.
            Execute($"CREATE TRIGGER held BEFORE INSERT ON history WHEN NEW.at BETWEEN 1500 AND 3506 AND NEW.name <> '{early.Name}' BEGIN SELECT RAISE(ABORT, 'held'); END");
            var whole = Commit(Writes(2, []), [new PurgeChange([new Selector(SelectorKind.Tag, "x")], PurgeMode.Soft)]);
            Assert.Equal(CommitOutcome.Committed, (await store.PutAsync(whole)).Outcome);
            await oracle.PutAsync(whole);
            await AssertSameAsync(oracle, store);
            Assert.Equal(1, Count("unpacking"));

            // One of its records is written again, one is deleted that lies in no table yet, and a retry of the whole is known.
            await BothAsync(store, oracle, Write(Value(early, "again", 3), new Guard(GuardKind.Newer)));
            await BothAsync(store, oracle, Purge("t"));
            Assert.True((await store.PutAsync(whole)).WasRepeat);
            await AssertSameAsync(oracle, store);
            Assert.InRange(Count("unpacked"), 1, 1);
        }

        await using (var again = await OpenAsync())
        {
            await AssertSameAsync(oracle, again);
            Execute("DROP TRIGGER held");
            await BothAsync(again, oracle, Purge("u"));
            await UnpackedAsync();
            await AssertSameAsync(oracle, again);
            Assert.Equal(0, Count("unpacked"));
            Assert.Equal(Names + 1, Count("records"));
        }
    }

    [Fact]
    public async Task Commit_AnotherWholeZoneBehindIt_ReplacesIt()
    {
        await using var oracle = new MemoryZoneStore(_time, new Random(5), "");
        await using var store = await OpenAsync();
        foreach (var each in new IZoneStore[] { store, oracle })
        {
            await each.PutZoneAsync(Zone(), Cancel);
        }

        await BothAsync(store, oracle, Commit(Writes(2, []), []));
        await BothAsync(store, oracle, Commit([.. Writes(3, []).Select((w, i) => i % 2 == 0 ? w : w with { State = Tombstone(w.State.Key, 3) })], []));
        await AssertSameAsync(oracle, store);
        await UnpackedAsync();
        await AssertSameAsync(oracle, store);
    }

    [Fact]
    public async Task Commit_LogIsTrimmedWhileTheTablesDoNotHaveIt_TheEntryStaysUntilTheyDo()
    {
        Position whole;
        await using (var store = await OpenAsync())
        {
            await store.PutZoneAsync(Zone(ZonePolicy.Standard with { RetentionEntries = 1_000 }), Cancel);
            Execute("CREATE TRIGGER held BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'held'); END");
            whole = (await store.PutAsync(Commit(Writes(2, []), []))).Position;
            await Task.WhenAll(Enumerable.Range(0, 1_100).Select(i => store.PutAsync(Purge($"t{i}"))));
            Assert.Equal(whole.Serial, (await store.ReadAsync()).First);
        }

        await using var again = await OpenAsync();
        Assert.Equal("v2", Text(await again.GetAsync(new RecordKey("n00001", "A"))));
        Execute("DROP TRIGGER held");
        await again.PutAsync(Purge("more"));
        await UnpackedAsync();
        await again.PutAsync(Purge("yet more"));
        Assert.Equal(whole.Serial + 103, (await again.ReadAsync()).First);
        Assert.Equal("v2", Text(await again.GetAsync(new RecordKey("n00001", "A"))));
    }

    [Fact]
    public async Task OpenEpochAndErase_WhileTheTablesDoNotHaveIt_LoseNothingOfIt()
    {
        await using var store = await OpenAsync();
        await store.PutZoneAsync(Zone(), Cancel);
        await store.PutAsync(Commit(Writes(2, []), []));
        var erased = new RecordKey("n03000", "A");
        await store.PutAsync(Write(Tombstone(erased, 3) with { IsErased = true }, new Guard(GuardKind.Newer)));
        Assert.Equal("(deleted)", Text(await store.GetAsync(erased)));
        Assert.Single(await store.HistoryAsync(Shop, erased, Cancel));
        await store.OpenEpochAsync(Shop, 0, Cancel);
        Assert.Equal(Names, (await store.ListAsync(Shop, null, 5_000, Cancel)).Count);
        Assert.True(await store.DeleteZoneAsync(Shop, Cancel));
        await store.PutZoneAsync(Zone(), Cancel);
        await store.PutAsync(Commit(Writes(4, []), []));
        Assert.Equal("v4", Text(await store.GetAsync(erased)));
    }

    private static List<RecordWrite> Writes(int version, IReadOnlyList<RecordKey> more) =>
        [.. Enumerable.Range(0, Names).Select(i => new RecordKey($"n{i:00000}", "A")).Concat(more).Select(k => new RecordWrite(Value(k, $"v{version}", version), new Guard(GuardKind.Newer)))];

    private static async Task BothAsync(SqliteZoneStore one, MemoryZoneStore other, CommitRequest request) =>
        Assert.Equal((await one.PutAsync(request)).Outcome, (await other.PutAsync(request)).Outcome);

    private static async Task AssertSameAsync(MemoryZoneStore expected, SqliteZoneStore actual)
    {
        foreach (var length in new[] { 7, 1_000, 10_000 })
        {
            Assert.Equal(await AllAsync(expected, length), await AllAsync(actual, length));
        }

        foreach (var name in new[] { "www", "n00007", "n00500", "n01700", "n03333", "n03400", "n03499", "none" })
        {
            var key = new RecordKey(name, "A");
            Assert.Equal(Tell(await expected.GetAsync(key)), Tell(await actual.GetAsync(key)));
            Assert.Equal(
                (await expected.HistoryAsync(Shop, key, Cancel)).Select(h => (Tell(h.Record), h.Reason)),
                (await actual.HistoryAsync(Shop, key, Cancel)).Select(h => (Tell(h.Record), h.Reason)));
        }
    }

    private static async Task<IReadOnlyList<string>> AllAsync(IZoneStore store, int length)
    {
        var all = new List<string>();
        RecordKey? after = null;
        while (true)
        {
            var page = await store.ListAsync(Shop, after, length, Cancel);
            all.AddRange(page.Select(Tell));
            if (page.Count < length || all.Count > 40 * length)
            {
                return all;
            }

            after = page[^1].Key;
        }
    }

    private static string Tell(Zones.Records.Record? record) => record is null ? "(none)" : $"{record.Key} {record.Version.Serial} {record.Version.Clock} {Text(record)}";

    private async Task UnpackedAsync()
    {
        for (var i = 0; i < 6_000 && Count("unpacking") > 0; i++)
        {
            await Task.Delay(10, Cancel);
        }

        Assert.Equal(0, Count("unpacking"));
    }

    private async Task<SqliteZoneStore> OpenAsync() => await SqliteZoneStore.OpenAsync(Path.Combine(_folder, "store"), _time, new Random(7), "", CancellationToken.None);

    private long Count(string table) => Execute($"SELECT count(*) FROM {table}") as long? ?? 0;

    private object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "store", SqliteFile.Name)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the constants above
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
