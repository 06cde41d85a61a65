using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Stores;
using Xunit;

namespace EdgeCache.Zones.Tests.Following;

/// <summary>What a log still tells to one who reads its zone anew.</summary>
public sealed class RetainedPurgesTests
{
    private readonly ZoneLog _log = new();
    private readonly List<long> _reads = [];
    private int _page = 1_000;
    private long _first = 1;

    [Fact]
    public async Task ReadAsync_AnotherLog_ToldFromItsOldestEntryOn()
    {
        Purge("a", "b", "c");
        _first = 2;
        var retained = await ReadAsync(new ZoneCursor(_log.Zone, new Epoch(1), 2), 0);
        Assert.Equal(("b c", 2), (Tags(retained), retained.KnownFrom));
    }

    /// <summary>What it had applied is not fetched again.</summary>
    [Fact]
    public async Task ReadAsync_TheLogLeadsOnFromWhereItStood_OnlyWhatCameSince()
    {
        Purge("a", "b", "c");
        var retained = await ReadAsync(Mine(2), _log.Entries[1].Nonce);
        Assert.Equal(("c", 3), (Tags(retained), retained.KnownFrom));
    }

    /// <summary>The same serial with another nonce: the tail was lost and written again.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ReadAsync_AnotherHistoryInTheSameLog_FromTheOldestOn(long stood)
    {
        Purge("a", "b", "c");
        var retained = await ReadAsync(Mine(stood), nonce: 1);
        Assert.Equal(("a b c", 1), (Tags(retained), retained.KnownFrom));
    }

    /// <summary>A thousand followers read at the same time: what is far back stays possibly old.</summary>
    [Fact]
    public async Task ReadAsync_LongLog_ItsNewestEntriesWithOneRead()
    {
        Purge([.. Enumerable.Range(0, 3_000).Select(i => $"{i}")]);
        var retained = await ReadAsync(Mine(1), nonce: 1);
        Assert.Equal(1_000, retained.Rises.Length);
        Assert.Equal(2_001, retained.KnownFrom);
        Assert.Equal([2_000], _reads);
    }

    /// <summary>Where pages are cut short, what was not reached is not known.</summary>
    [Fact]
    public async Task ReadAsync_PagesAreShort_KnowsNothingForCertain()
    {
        Purge([.. Enumerable.Range(0, 100).Select(i => $"{i}")]);
        _page = 10;
        var retained = await ReadAsync(Mine(200), 0);
        Assert.Equal(101, retained.KnownFrom);
        Assert.Equal(4, _reads.Count);
    }

    /// <summary>What a record was tagged with before it changed is not known here, so the change is not; from the next one of the same record on it is.</summary>
    [Fact]
    public async Task ReadAsync_ARecordChanged_IsProvenOnlyWhereItsOldTagsAreKnown()
    {
        Purge("a");
        _log.Append(ZoneLog.Put("r", "DOC", "1", "old"));
        _log.Append(ZoneLog.Put("r", "DOC", "2", "new"));
        Purge("z");
        var retained = await ReadAsync(new ZoneCursor(_log.Zone, new Epoch(1), 0), 0);
        Assert.Equal(3, retained.KnownFrom);
        Assert.Contains("old", Tags(retained));
    }

    private void Purge(params string[] tags)
    {
        foreach (var tag in tags)
        {
            _log.Purge(tag);
        }
    }

    private ZoneCursor Mine(long serial) => new(_log.Zone, _log.Epoch, serial);

    private Task<RetainedRises> ReadAsync(ZoneCursor mine, ulong nonce) =>
        new RetainedPurges(FloorInterest.Pages, cursor => ValueTask.FromResult(Read(cursor))).ReadAsync(Head([]), mine, nonce);

    private ZoneRead Read(ZoneCursor cursor)
    {
        _reads.Add(cursor.Serial);
        return Head([.. _log.Entries.Where(e => e.Serial >= _first && e.Serial > cursor.Serial).Take(_page)]);
    }

    private ZoneRead Head(IReadOnlyList<LogEntry> entries) =>
        new() { Zone = _log.Zone, Exists = true, Epoch = _log.Epoch, First = _first, Head = _log.Entries.Count, HeadNonce = _log.Entries[^1].Nonce, Entries = entries };

    private static string Tags(RetainedRises retained) => string.Join(' ', retained.Rises.Select(r => r.Selector.Value));
}
