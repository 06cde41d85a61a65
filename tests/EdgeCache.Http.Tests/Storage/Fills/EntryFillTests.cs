using EdgeCache.Http.Storage;
using EdgeCache.Http.Storage.Fills;
using Xunit;

namespace EdgeCache.Http.Tests.Storage.Fills;

public sealed class EntryFillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readers_FollowAtTheirOwnPace_AndSeeTheSameBody()
    {
        using var bench = new StoreBench();
        var body = StoreBench.Bytes(150_000);
        using var fill = bench.Begin("k");
        var early = ReadAll(fill.OpenReader()!);
        await Write(fill, body.AsMemory(0, 70_000));
        var late = ReadAll(fill.OpenReader()!);
        await Write(fill, body.AsMemory(70_000));

        Assert.Equal(StoreOutcome.Stored, fill.Complete());

        Assert.Equal(body, (await early).Body);
        Assert.Equal(body, (await late).Body);
        Assert.Equal(body, bench.Body("k"));
        Assert.Equal(0, bench.Store.Counters.InFlightBytes);
    }

    [Fact]
    public async Task Reader_OfAnEmptyFill_WaitsForTheFirstByte()
    {
        using var bench = new StoreBench();
        using var fill = bench.Begin("k");
        using var reader = fill.OpenReader()!;
        var read = reader.ReadAsync(Cancel);
        Assert.False(read.IsCompleted);

        await Write(fill, new byte[] { 9 });

        var first = await read;
        Assert.Equal([9], first.Data.ToArray());
        var second = reader.ReadAsync(Cancel);
        Assert.False(second.IsCompleted);
        fill.Complete();
        Assert.Equal(FillReadState.End, (await second).State);
    }

    [Fact]
    public async Task Fail_HalfWay_StoresNothingAndFailsReaders()
    {
        using var bench = new StoreBench();
        using var fill = bench.Begin("k");
        var reading = ReadAll(fill.OpenReader()!);
        await Write(fill, StoreBench.Bytes(10_000));

        fill.Fail();

        Assert.Equal(FillReadState.Failed, (await reading).End);
        Assert.False(bench.Has("k"));
        Assert.Equal(0, bench.Store.Counters.UsedBytes);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(101)]
    public async Task Complete_WithAnotherLengthThanAnnounced_StoresNothing(int announced)
    {
        using var bench = new StoreBench();
        using var fill = bench.Begin("k", announced);
        var reading = ReadAll(fill.OpenReader()!);
        await Write(fill, StoreBench.Bytes(100));

        Assert.Equal(StoreOutcome.WrongLength, fill.Complete());
        Assert.Equal(FillReadState.Failed, (await reading).End);
        Assert.False(bench.Has("k"));
    }

    [Fact]
    public async Task Body_OverTheObjectLimit_PassesThroughInAWindow()
    {
        using var bench = new StoreBench(configure: o => o.MaxObjectBytes = 100_000);
        var body = StoreBench.Bytes(3_000_000);
        using var fill = bench.Begin("k");
        var reading = ReadAll(fill.OpenReader()!);
        await Write(fill, body);

        Assert.True(bench.Store.Counters.UsedBytes < 600_000, $"{bench.Store.Counters.UsedBytes} bytes held");
        Assert.Null(fill.OpenReader());
        Assert.Equal(StoreOutcome.TooLarge, fill.Complete());
        Assert.Equal(body, (await reading).Body);
        Assert.Equal(0, bench.Store.Counters.UsedBytes);
        Assert.Equal(1, bench.Store.Counters.Refused);
    }

    [Fact]
    public async Task PassThrough_WithoutReaders_GivesNoRoom()
    {
        using var bench = new StoreBench(configure: o => o.MaxObjectBytes = 1000);
        using var fill = bench.Begin("k", 5000);

        Assert.True((await fill.GetRoomAsync(Cancel)).IsEmpty);
        fill.Fail();
        Assert.Equal(0, bench.Store.Counters.UsedBytes);
    }

    [Fact]
    public async Task PassThrough_OneReaderStandsStill_OthersGoOnWithoutIt()
    {
        using var bench = new StoreBench(configure: o => o.MaxObjectBytes = 50_000);
        var body = StoreBench.Bytes(2_000_000);
        using var fill = bench.Begin("k");
        using var stuck = fill.OpenReader()!;
        var reading = ReadAll(fill.OpenReader()!);
        await Write(fill, body.AsMemory(0, 1000));
        var held = (await stuck.ReadAsync(Cancel)).Data;

        var writing = Write(fill, body.AsMemory(1000));
        while (!writing.IsCompleted)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await writing;
        Assert.Equal(body.AsSpan(0, 1000), held.Span);
        fill.Complete();
        Assert.Equal(body, (await reading).Body);
        Assert.Equal(FillReadState.Failed, (await stuck.ReadAsync(Cancel)).State);
        stuck.Dispose();
        Assert.Equal(0, bench.Store.Counters.UsedBytes);
    }

    [Fact]
    public async Task Complete_AfterAPurgeThatCoversIt_StreamsButStoresNothing()
    {
        using var bench = new StoreBench();
        using var fill = bench.Begin("k", tags: ["t"]);
        var reading = ReadAll(fill.OpenReader()!);
        await Write(fill, StoreBench.Bytes(100));
        bench.Purge("t");

        Assert.Equal(StoreOutcome.BelowFloor, fill.Complete());
        Assert.Equal(100, (await reading).Body.Length);
        Assert.False(bench.Has("k"));
        Assert.Equal(0, bench.Store.Counters.UsedBytes);
    }

    [Fact]
    public async Task Reader_Cancelled_LeavesTheOthersAlone()
    {
        using var bench = new StoreBench();
        using var fill = bench.Begin("k");
        using var leaving = new CancellationTokenSource();
        using var reader = fill.OpenReader()!;
        var staying = ReadAll(fill.OpenReader()!);
        var read = reader.ReadAsync(leaving.Token).AsTask();

        await leaving.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => read);
        await Write(fill, new byte[] { 1 });
        fill.Complete();
        Assert.Equal([1], (await staying).Body);
    }

    internal static async Task Write(EntryFill fill, ReadOnlyMemory<byte> body)
    {
        while (!body.IsEmpty)
        {
            var room = await fill.GetRoomAsync(Cancel);
            Assert.False(room.IsEmpty);
            var now = Math.Min(room.Length, body.Length);
            body[..now].CopyTo(room);
            fill.Advance(now);
            body = body[now..];
        }
    }

    internal static async Task<(byte[] Body, FillReadState End)> ReadAll(FillReader reader)
    {
        using (reader)
        {
            var body = new List<byte>();
            while (true)
            {
                var read = await reader.ReadAsync(Cancel);
                if (read.State != FillReadState.Data)
                {
                    return ([.. body], read.State);
                }

                body.AddRange(read.Data.Span);
            }
        }
    }
}
