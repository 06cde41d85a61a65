using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using Xunit;

namespace EdgeCache.Http.Tests.Storage;

public sealed class StoreMemoryTests(ITestOutputHelper output)
{
    private const int Budget = 48 << 20;

    private static readonly HeaderLine[] _usual =
    [
        new("Server", "nginx/1.22.1"), new("Date", "Mon, 23 Nov 2026 19:00:00 GMT"), new("Content-Type", "text/html; charset=utf-8"), new("Last-Modified", "Sun, 22 Nov 2026 19:00:00 GMT"),
        new("ETag", "\"6b074cfd-400\""), new("Cache-Control", "public, max-age=3600"), new("Cache-Tag", "product-1, category-7, all"), new("Accept-Ranges", "bytes"),
    ];

    [Fact]
    public void Store_OfOneKibibyteObjects_TakesAtMostAThirdBesideTheBody()
    {
        using var bench = new StoreBench(Budget);
        var body = StoreBench.Bytes(1024);
        for (var i = 0; i < 100_000; i++)
        {
            var draft = bench.Draft($"www.shop.test/products/{i}", tags: ["product-1", "category-7", "all", "url", "url?", "host"], lines: _usual);
            Assert.Equal(StoreOutcome.Stored, bench.Store.Put(draft, body));
        }

        var counters = bench.Store.Counters;
        var each = counters.Bytes / (double)counters.Entries;
        output.WriteLine($"{counters.Entries} objects of 1 KiB with 8 header lines and 6 selectors: {each:0} bytes each in all, {each - 1024:0} beside the body");
        Assert.InRange(each, 1024, 1024 * 4 / 3.0);
    }

    [Theory]
    [InlineData(4, 300)]
    [InlineData(1, 3_000)]
    [InlineData(2, 60_000)]
    [InlineData(3, 400_000)]
    public void Store_FullOfMixedSizes_UsesWhatItMayAndNoMore(int seed, int largest)
    {
        using var bench = new StoreBench(Budget);
        var random = new Random(seed);
        var body = StoreBench.Bytes(largest);
        var most = 0L;
        var written = 0L;
        for (var i = 0; written < Budget * 4L; i++)
        {
            var length = random.Next(2) == 0 ? random.Next(largest) : random.Next(largest / 20);
            bench.Put($"shop.test/{random.Next(300_000)}", body.AsSpan(0, length));
            written += length + 200;
            most = i % 64 == 0 ? Math.Max(most, bench.Store.Counters.Bytes) : most;
        }

        var counters = bench.Store.Counters;
        output.WriteLine($"budget {Budget}, charged {counters.Bytes}, at most {most}, in blocks {counters.UsedBytes}, entries {counters.Entries}, evicted {counters.Evictions}");
        Assert.InRange(most, Budget * 0.95, Budget * 1.0);
        Assert.InRange(counters.Bytes, Budget * 0.95, Budget * 1.0);
        Assert.InRange(counters.UsedBytes + (counters.Entries * EntryRecord.Bytes), Budget * 0.9, Budget);
    }
}
