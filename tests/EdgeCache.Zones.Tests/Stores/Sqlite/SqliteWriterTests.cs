using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Zones.Tests.Stores.Sqlite;

/// <summary>The writer's groups (PLANE.md 31).</summary>
public sealed class SqliteWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task RunAsync_OneOfAGroupFailsHalfWay_NothingOfItStandsAndItsNeighboursDo(int failing)
    {
        using (var highWater = SqliteFile.Lock(_folder))
        using (var connection = SqliteFile.Open(Path.Combine(_folder, SqliteFile.Name), check: true))
        using (var writer = new SqliteWriter(new SqliteSession(connection, new FakeTimeProvider(), "", new Unpackings()), highWater))
        {
            // While the writer is held by one piece of work, the others come together in the next group.
            using var mayGo = new ManualResetEventSlim();
            var first = writer.RunAsync(_ =>
            {
                mayGo.Wait();
                return 0;
            });
            var group = Enumerable.Range(0, 3).Select(i => writer.RunAsync(session =>
            {
                session.Sql.Put.Run($"key{i}", "written");
                return i == failing ? throw new StoreException("half way") : i;
            })).ToList();
            mayGo.Set();
            await first;
            Assert.Equal("half way", (await Assert.ThrowsAsync<StoreException>(() => group[failing])).Message);
            var done = await Task.WhenAll(group.Where((_, i) => i != failing));
            Assert.Equal(Enumerable.Range(0, 3).Where(i => i != failing), done);
        }

        using var again = SqliteFile.Open(Path.Combine(_folder, SqliteFile.Name), check: true);
        using var session = new SqliteSession(again, new FakeTimeProvider(), "", new Unpackings());
        Assert.Equal(Enumerable.Range(0, 3).Where(i => i != failing), Enumerable.Range(0, 3).Where(i => session.Sql.Get.First(r => r.GetString(0), $"key{i}") is not null));
    }
}
