using EdgeCache.Http.Storage;
using Xunit;

namespace EdgeCache.Http.Tests.Storage.Eviction;

/// <summary>The store as a whole beside LRU and the optimum with room for as many objects as the store holds.</summary>
public sealed class EvictionQueuesTests(ITestOutputHelper output)
{
    private const int Objects = 20_000;
    private const int Requests = 200_000;
    private static readonly byte[] _body = StoreBench.Bytes(700);

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.0)]
    public void Store_OnZipf_BeatsLeastRecentlyUsed(double skew) => Compare($"zipf {skew:0.0}", RequestTraces.Zipf(Objects, Requests, skew, seed: 1), leastGain: 0.02);

    [Fact]
    public void Store_OnZipfWithScans_BeatsLeastRecentlyUsed() =>
        Compare("zipf 1.0 with scans", RequestTraces.ZipfWithScans(Objects, Requests, 1.0, scan: 15_000, seed: 2), leastGain: 0.03);

    private void Compare(string name, int[] trace, double leastGain)
    {
        var (hits, room) = Run(trace);
        var (lru, best) = (ReferencePolicies.Lru(trace, room) / (double)trace.Length, ReferencePolicies.Optimum(trace, room) / (double)trace.Length);
        var ratio = hits / (double)trace.Length;
        output.WriteLine($"{name}: room for {room} of {Objects}; store {ratio:0.000}, LRU {lru:0.000}, optimum {best:0.000}");
        Assert.True(ratio > lru + leastGain, $"store {ratio:0.000}, LRU {lru:0.000}");
        Assert.True(ratio < best, $"store {ratio:0.000}, optimum {best:0.000}: the comparison is wrong");
    }

    /// <summary>Hits, and the most objects that were stored at a time.</summary>
    private static (int Hits, int Room) Run(int[] trace)
    {
        using var bench = new StoreBench(budget: 2 << 20);
        var (hits, room) = (0, 0);
        foreach (var item in trace)
        {
            var key = $"shop.test/{item}";
            if (bench.Find(key, out var lease) == FindOutcome.Found)
            {
                hits++;
                lease.Dispose();
                continue;
            }

            Assert.Equal(StoreOutcome.Stored, bench.Put(key, _body));
            room = Math.Max(room, (int)bench.Store.Counters.Entries);
        }

        return (hits, room);
    }
}
