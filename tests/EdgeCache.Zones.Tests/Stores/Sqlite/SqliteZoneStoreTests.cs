using EdgeCache.Zones.Log;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;

namespace EdgeCache.Zones.Tests.Stores.Sqlite;

public sealed class SqliteZoneStoreTests : ZoneStoreContract
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private int _opened;
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected override async ValueTask<IZoneStore> OpenAsync() => await OpenAsync("contract");

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Open_Again_EverythingIsThereUnderTheSameEpoch()
    {
        Position position;
        await using (var store = await OpenAsync("again"))
        {
            await store.PutZoneAsync(Zone(), Cancel);
            position = (await store.PutAsync(Write(Value(Www, "a"), id: "id"))).Position;
        }

        await using var reopened = await OpenAsync("again");
        Assert.False(reopened.WasRestored);
        var read = await reopened.ReadAsync(position.Epoch);
        Assert.Equal(position, Assert.Single(read.Entries).Position);
        Assert.True((await reopened.PutAsync(Write(Value(Www, "a"), id: "id"))).WasRepeat);
        Assert.Equal(2, (await reopened.PutAsync(Purge("t"))).Position.Serial);
    }

    /// <summary>On a full disk SQLite takes back the whole transaction by itself, with its savepoints.</summary>
    [Fact]
    public async Task Commit_WhoseTransactionTheDatabaseTakesBack_SaysWhy_AndTheNextIsTaken()
    {
        await using var store = await OpenAsync("full");
        await store.PutZoneAsync(Zone(), Cancel);
        await store.PutAsync(Write(Value(Www, "before")));
        Execute(store.Path, "CREATE TRIGGER full BEFORE INSERT ON log BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END");
        var fault = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Write(Value(Www, "lost", 2))));
        Assert.Contains("could not write", fault.Message, StringComparison.Ordinal);
        Assert.Contains("database or disk is full", fault.Message, StringComparison.Ordinal);
        Execute(store.Path, "DROP TRIGGER full");
        Assert.Equal(2, (await store.PutAsync(Write(Value(Www, "after", 3)))).Position.Serial);
    }

    [Fact]
    public async Task Open_RestoredBackup_GetsANewEpochOnce()
    {
        var backup = Path.Combine(_folder, "backup.db");
        Position lost;
        string file;
        await using (var store = await OpenAsync("restore"))
        {
            file = store.Path;
            await store.PutZoneAsync(Zone(), Cancel);
            await store.PutAsync(Write(Value(Www, "kept")));
            await store.TryBackupAsync(backup, Cancel);
            lost = (await store.PutAsync(Write(Value(Www, "lost", 2)))).Position;
        }

        File.Copy(backup, file, overwrite: true);
        File.Delete(file + "-wal");
        File.Delete(file + "-shm");
        Epoch epoch;
        await using (var store = await OpenAsync("restore"))
        {
            Assert.True(store.WasRestored);
            Assert.Equal("kept", Text(await store.GetAsync(Www)));
            epoch = (await store.ReadAsync()).Epoch;
            Assert.NotEqual(lost.Epoch, epoch);
        }

        await using var again = await OpenAsync("restore");
        Assert.False(again.WasRestored);
        Assert.Equal(epoch, (await again.ReadAsync()).Epoch);
    }

    [Theory]
    [InlineData(0, "damaged")]
    [InlineData(5000, "damaged")]
    public async Task Open_DamagedFile_SaysSoAndLeavesIt(int at, string word)
    {
        string file;
        await using (var store = await OpenAsync("damaged"))
        {
            file = store.Path;
            await store.PutZoneAsync(Zone(), Cancel);
            await store.PutAsync(Write(Value(Www, "a")));
        }

        using (var stream = File.OpenWrite(file))
        {
            stream.Position = at;
            stream.Write(new byte[4096].Select((_, i) => (byte)(i % 251)).ToArray());
        }

        var before = await File.ReadAllBytesAsync(file, Cancel);
        var fault = await Assert.ThrowsAsync<StoreException>(async () => await OpenAsync("damaged"));
        Assert.Contains(word, fault.Message, StringComparison.Ordinal);
        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file, Cancel));
    }

    [Fact]
    public async Task Commit_OneOfAGroupFails_ItsNeighboursStandAndNumbersGoOn()
    {
        // PLANE.md 31: commits, refusals and a new epoch all at once, many times over, so that they meet in groups.
        await using var store = await OpenAsync("group");
        await store.PutZoneAsync(Zone(), Cancel);
        for (var round = 0; round < 20; round++)
        {
            var tasks = Enumerable.Range(0, 60).Select(i => Task.Run(async () => i switch
            {
                30 => (await Record.ExceptionAsync(async () => await store.OpenEpochAsync(EdgeCache.Zones.Records.ZoneName.Parse("none.test"), 0, Cancel)))?.Message ?? "",
                _ when i % 7 == 0 => $"{(await store.PutAsync(Write(Value(Www, "x"), new Guard(GuardKind.Version, -1)))).Outcome}",
                _ => $"{(await store.PutAsync(Write(Value(Www, $"{i}")))).Outcome}",
            })).ToList();
            var said = await Task.WhenAll(tasks);
            Assert.Equal(9, said.Count(s => s == nameof(CommitOutcome.PreconditionFailed)));
            Assert.Equal(50, said.Count(s => s == nameof(CommitOutcome.Committed)));
            Assert.Contains("create it first", said[30], StringComparison.Ordinal);
        }

        var read = await store.ReadAsync();
        Assert.Equal(1_000, read.Head);
        var entries = (await store.ReadAsync(read.Epoch)).Entries;
        Assert.Equal(1_000, entries.Count);
        Assert.Equal(entries[^1].Nonce, read.HeadNonce);
        Assert.Equal(32, (await store.HistoryAsync(Shop, Www, Cancel)).Count);
    }

    [Fact]
    public async Task Open_Twice_SaysAnotherProcessUsesIt()
    {
        await using var store = await OpenAsync("twice");
        var fault = await Assert.ThrowsAsync<StoreException>(async () => await OpenAsync("twice"));
        Assert.Contains("another process uses it", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_FolderIsAFile_SaysSo()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "plain"), "x", Cancel);
        var fault = await Assert.ThrowsAsync<StoreException>(async () => await OpenAsync("plain"));
        Assert.Contains("cannot be used", fault.Message, StringComparison.Ordinal);
    }

    private async ValueTask<SqliteZoneStore> OpenAsync(string name) =>
        await SqliteZoneStore.OpenAsync(Path.Combine(_folder, name), _time, new Random(++_opened), "", CancellationToken.None);

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
