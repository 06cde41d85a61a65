using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using Xunit;

namespace EdgeCache.Http.Tests.Storage;

public sealed class ResponseStoreTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(70_000)]
    [InlineData(200_000)]
    public void Put_AnyLength_IsReadBack(int length)
    {
        using var bench = new StoreBench();
        var body = StoreBench.Bytes(length);

        Assert.Equal(StoreOutcome.Stored, bench.Put("a.example/x", body));

        Assert.Equal(FindOutcome.Found, bench.Find("a.example/x", out var lease));
        using (lease)
        {
            Assert.Equal(length, lease.BodyLength);
            Assert.Equal(body, StoreBench.BodyOf(lease));
            Assert.Equal(body.Skip(length / 3).Take(length / 2), StoreBench.BodyOf(lease, length / 3, length / 2));
            Assert.Equal(200, lease.Status);
            Assert.Equal("text/plain", lease.Head["content-type"]);
        }
    }

    [Fact]
    public void Find_UnknownKey_Misses()
    {
        using var bench = new StoreBench();
        bench.Put("a.example/x", [1]);

        Assert.Equal(FindOutcome.Miss, bench.Find("a.example/y", out _));
    }

    [Fact]
    public void Head_SeveralLinesOfOneName_KeepOrderCaseAndLines()
    {
        using var bench = new StoreBench();
        HeaderLine[] lines = [new("x-Odd", "1"), new("Set-Cookie", "a=1"), new("set-cookie", "b=2"), new("X-Text", "h\u00E9 \u20AC"), new("Empty", "")];
        bench.Store.Put(bench.Draft("k", lines: lines, status: 404), [1, 2]);

        bench.Find("k", out var lease);
        using (lease)
        {
            Assert.Equal(404, lease.Head.Status);
            Assert.Equal(["x-Odd", "Set-Cookie", "X-Text", "Empty"], lease.Head.Fields.Select(f => f.Name));
            Assert.Equal(["a=1", "b=2"], lease.Head["Set-Cookie"].ToArray());
            Assert.Equal("h\u00E9 \u20AC", lease.Head["x-text"]);
            Assert.Same(lease.Head, lease.Head);
        }
    }

    [Fact]
    public void Find_SeveralVariants_PrefersAFittingVariantToOneWithoutVary()
    {
        using var bench = new StoreBench();
        bench.Put("k", [1], "gzip");
        bench.Put("k", [2], "br");
        Assert.Equal(FindOutcome.VariantMiss, bench.Find("k", out _, "zstd"));

        bench.Put("k", [3]);

        Assert.Equal([1], bench.Body("k", "gzip"));
        Assert.Equal([2], bench.Body("k", "br"));
        Assert.Equal([3], bench.Body("k", "zstd"));
    }

    [Fact]
    public void Put_MoreVariantsThanTheLimit_DropsTheOldest()
    {
        using var bench = new StoreBench(configure: o => o.MaxVariants = 3);
        for (var i = 0; i < 5; i++)
        {
            bench.Put("k", [(byte)i], $"v{i}");
        }

        Assert.Equal([false, false, true, true, true], Enumerable.Range(0, 5).Select(i => bench.Has("k", $"v{i}")));
        Assert.Equal(2, bench.Store.Counters.VariantsDropped);
        Assert.Equal(3, bench.Store.Counters.Entries);
    }

    [Fact]
    public void Put_AnswerToAnOlderRequest_DoesNotReplaceTheNewer()
    {
        using var bench = new StoreBench();
        bench.Put("k", [2], requestedAt: 20);

        Assert.Equal(StoreOutcome.Superseded, bench.Put("k", [1], requestedAt: 10));
        Assert.Equal([2], bench.Body("k"));
    }

    [Fact]
    public void PassMark_AfterItsTime_IsNotFound()
    {
        using var bench = new StoreBench();
        var draft = bench.Draft("k", deadAt: bench.Now + 5000);
        bench.Store.Put(draft with { Flags = EntryFlags.PassMark });
        bench.Find("k", out var lease);
        Assert.True(lease.IsPassMark);
        lease.Dispose();

        bench.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(FindOutcome.Miss, bench.Find("k", out _));
        Assert.Equal(1, bench.Store.CollectDead(100_000));
        Assert.Equal(0, bench.Store.Counters.Entries);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(StoreLimits.MaxInlineBody)]
    [InlineData(StoreLimits.MaxInlineBody + 1)]
    [InlineData(100_000)]
    public void Update_OfTheHead_KeepsTheBodyAndOldReaders(int length)
    {
        using var bench = new StoreBench();
        var body = StoreBench.Bytes(length);
        bench.Put("k", body);
        bench.Find("k", out var old);
        _ = old.Head;

        var outcome = bench.Store.Update(old, bench.Draft("k", lines: [new("ETag", "\"2\"")]), out var updated);

        Assert.Equal(StoreOutcome.Stored, outcome);
        Assert.Equal("\"2\"", updated.Head["ETag"]);
        Assert.Equal("text/plain", old.Head["Content-Type"]);
        Assert.Equal(body, StoreBench.BodyOf(old));
        Assert.False(old.IsCurrent);
        old.Dispose();
        Assert.Equal(body, StoreBench.BodyOf(updated));
        updated.Dispose();
        Assert.Equal(body, bench.Body("k"));
        Assert.Equal(1, bench.Store.Counters.Entries);
    }

    [Fact]
    public void Update_OfAnEntryThatIsGone_ChangesNothing()
    {
        using var bench = new StoreBench();
        bench.Put("k", [1]);
        bench.Find("k", out var old);
        bench.Put("k", [2]);

        Assert.Equal(StoreOutcome.Gone, bench.Store.Update(old, bench.Draft("k"), out _));
        old.Dispose();
        Assert.Equal([2], bench.Body("k"));
    }

    [Fact]
    public void Remove_WhileLeased_KeepsTheBytesForTheReader()
    {
        using var bench = new StoreBench();
        var body = StoreBench.Bytes(5000);
        bench.Put("k", body);
        bench.Find("k", out var lease);

        Assert.True(bench.Store.Remove(lease));
        Assert.False(bench.Store.Remove(lease));

        Assert.False(bench.Has("k"));
        Assert.Equal(body, StoreBench.BodyOf(lease));
        Assert.True(bench.Store.Counters.UsedBytes > 5000);
        lease.Dispose();
        Assert.Equal(0, bench.Store.Counters.UsedBytes);
    }
}
