using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Tests.Wire;
using EdgeCache.Dns.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Dns.Tests.Cache;

/// <summary>What is kept, what gives way, and that the budget holds.</summary>
public sealed class DnsCacheTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly CacheClock _clock;

    public DnsCacheTests() => _clock = new CacheClock(_time);

    [Fact]
    public void Find_InAnyCase_FindsTheEntryOfThatTypeOnly()
    {
        var cache = new DnsCache(1 << 20, _clock);
        cache.Put(Entry("www.example.", 1));
        Assert.NotNull(cache.Find(Names.Of("WWW.Example.").Wire, RecordType.A));
        Assert.Null(cache.Find(Names.Of("www.example.").Wire, RecordType.AAAA));
        Assert.Null(cache.Find(Names.Of("ww.example.").Wire, RecordType.A));
    }

    [Fact]
    public void Put_OfLowerRank_DoesNotReplaceWhatIsStillGood()
    {
        var cache = new DnsCache(1 << 20, _clock);
        cache.Put(Entry("a.example.", 1, DataRank.AuthoritativeAnswer));
        cache.Put(Entry("a.example.", 2, DataRank.Answer));
        Assert.Equal(1, cache.Find(Names.Of("a.example.").Wire, RecordType.A)!.Set!.First[3]);
        _time.Advance(TimeSpan.FromSeconds(61));
        cache.Put(Entry("a.example.", 2, DataRank.Answer));
        Assert.Equal(2, cache.Find(Names.Of("a.example.").Wire, RecordType.A)!.Set!.First[3]);
    }

    [Fact]
    public void Put_OfRecords_EndsTheAbsenceOfTheNameAndOfThoseAbove()
    {
        var cache = new DnsCache(1 << 20, _clock);
        cache.Put(new CachedEntry(Names.Of("b.example.").Wire, CacheKey.NoName) { Kind = CachedKind.NoName, Filled = 0, Expires = 60_000, Marks = null });
        cache.Put(Entry("a.b.example.", 1));
        Assert.Null(cache.Find(Names.Of("b.example.").Wire, CacheKey.NoName));
    }

    [Fact]
    public void Budget_OverrunByFarMoreNames_HoldsAndSparesWhatIsUsed()
    {
        var cache = new DnsCache(1 << 20, _clock);
        cache.Put(Entry("hot.example.", 1));
        for (int i = 0; i < 50_000; i++)
        {
            cache.Put(Entry($"n{i}.example.", 1));
            cache.Find(Names.Of("hot.example.").Wire, RecordType.A)!.Touch();
        }

        Assert.True(cache.Bytes <= 1 << 20, $"{cache.Bytes}");
        Assert.InRange(cache.Count, 1_000, 5_000);
        Assert.True(cache.Evicted > 40_000);
    }

    [Fact]
    public void Removal_AmongColliding_LosesNoOther()
    {
        var cache = new DnsCache(1 << 24, _clock);
        for (int i = 0; i < 5_000; i++)
        {
            cache.Put(Entry($"n{i}.example.", 1));
        }

        Assert.Equal(2_500, cache.RemoveWhere(e => int.Parse(System.Text.Encoding.ASCII.GetString(e.Name.Slice(2, e.Name[0] - 1))) % 2 == 0));
        for (int i = 0; i < 5_000; i++)
        {
            Assert.Equal(i % 2 != 0, cache.Find(Names.Of($"n{i}.example.").Wire, RecordType.A) is not null);
        }
    }

    [Fact]
    public void Find_OnTheHitPath_AllocatesNothing()
    {
        var cache = new DnsCache(1 << 20, _clock);
        cache.Put(Entry("www.example.", 1));
        byte[] name = Names.Of("www.example.").Wire.ToArray();
        for (int i = 0; i < 1_000; i++)
        {
            cache.Find(name, RecordType.A);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            cache.Find(name, RecordType.A)!.Touch();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private CachedEntry Entry(string name, byte last, DataRank rank = DataRank.AuthoritativeAnswer) => new(Names.Of(name).Wire, RecordType.A)
    {
        Kind = CachedKind.Records,
        Rank = rank,
        Set = RecordSet.Of(RecordType.A, 60, [192, 0, 2, last]),
        Filled = _clock.Now,
        Expires = _clock.Now + 60_000,
        Marks = null,
    };
}
