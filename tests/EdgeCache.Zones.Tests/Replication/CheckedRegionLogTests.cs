using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Replication;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EdgeCache.Zones.Tests.Stores.StoreSamples;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Zones.Tests.Replication;

/// <summary>Another region that lies: nothing of what it says is taken over, and it makes nobody work for ever.</summary>
public sealed class CheckedRegionLogTests : IAsyncLifetime
{
    private static readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly MemoryZoneStore _there = new(_time, new Random(1), "us");
    private readonly LyingRegion _liar;
    private readonly CheckedRegionLog _checked;

    public CheckedRegionLogTests()
    {
        _liar = new LyingRegion(new StoreRegionLog(_there));
        _checked = new CheckedRegionLog(_liar);
    }

    public static TheoryData<string> Pages => [.. _pages.Keys];

    public static TheoryData<string> Policies => [.. _policies.Keys];

    public async ValueTask InitializeAsync()
    {
        await _there.PutZoneAsync(Zone(), Cancel);
        for (var i = 0; i < 5; i++)
        {
            await _there.PutAsync(Write(Value(new RecordKey($"r{i}", "A"), "192.0.2.1")));
        }
    }

    public ValueTask DisposeAsync() => _there.DisposeAsync();

    [Fact]
    public async Task Everything_OfARegionThatTellsTheTruth_Passes()
    {
        Assert.Equal(5, (await PageAsync()).Entries.Count);
        var digests = await _checked.DigestsAsync(Shop, null, Cancel);
        Assert.Equal(5, (await _checked.StatesAsync(Shop, [.. digests.Select(d => d.Key)], Cancel)).Count);
        Assert.Equal(2, (await _checked.ReadDirectoryAsync(Cancel)).Zones.Count);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Read_PageThatCannotBe_IsAFaultOfTheWayThere(string lie)
    {
        await PageAsync();
        _liar.Page = _pages[lie];
        await Assert.ThrowsAsync<StoreException>(PageAsync);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task ReadDirectory_PolicyThatCannotBe_IsAFaultOfTheWayThere(string lie)
    {
        _liar.Zones = d => d with { Zones = [.. d.Zones.Select(z => z with { Policy = _policies[lie](z.Policy) })] };
        await Assert.ThrowsAsync<StoreException>(async () => await _checked.ReadDirectoryAsync(Cancel));
    }

    [Fact]
    public async Task ReadDirectory_MoreZonesThanARegionMayHaveOrOneTwice_IsAFault()
    {
        _liar.Zones = d => d with { Zones = [.. Enumerable.Range(0, RegionLimits.MaxZones + 1).Select(i => new ZoneDefinition(ZoneName.Parse($"z{i}.test"), ZonePolicy.Standard))] };
        await Assert.ThrowsAsync<StoreException>(async () => await _checked.ReadDirectoryAsync(Cancel));
        _liar.Zones = d => d with { Zones = [.. d.Zones, .. d.Zones] };
        await Assert.ThrowsAsync<StoreException>(async () => await _checked.ReadDirectoryAsync(Cancel));
    }

    [Fact]
    public async Task Digests_OutOfOrderOrOfThePageBefore_AreAFault()
    {
        _liar.Digests = d => [.. d.Reverse()];
        await Assert.ThrowsAsync<StoreException>(async () => await _checked.DigestsAsync(Shop, null, Cancel));
        _liar.Digests = d => [.. d, .. d];
        await Assert.ThrowsAsync<StoreException>(async () => await _checked.DigestsAsync(Shop, null, Cancel));
        var first = (await _there.ListAsync(Shop, null, 1, Cancel))[0];
        _liar.Digests = _ => [RecordDigest.Of(first)];
        await Assert.ThrowsAsync<StoreException>(async () => await _checked.DigestsAsync(Shop, first.Key, Cancel));
        _liar.Digests = _ => [.. Enumerable.Range(1000, RecordDigest.PageLength + 1).Select(i => new RecordDigest(new RecordKey($"x{i}", "A"), 1))];
        await Assert.ThrowsAsync<StoreException>(async () => await _checked.DigestsAsync(Shop, null, Cancel));
    }

    [Fact]
    public async Task States_NotAskedForOrTwiceOrTooLarge_AreAFault()
    {
        RecordKey[] asked = [new("r1", "A")];
        _liar.States = s => [.. s, .. s];
        await Assert.ThrowsAsync<StoreException>(async () => await _checked.StatesAsync(Shop, asked, Cancel));
        _liar.States = _ => [Value(new RecordKey("other", "A"), "x")];
        await Assert.ThrowsAsync<StoreException>(async () => await _checked.StatesAsync(Shop, asked, Cancel));
        _liar.States = s => [s[0] with { Value = new byte[Record.MaxValueLength + 1] }];
        await Assert.ThrowsAsync<StoreException>(async () => await _checked.StatesAsync(Shop, asked, Cancel));
    }

    /// <summary>The whole way: a replicator of a region whose log for one zone has entries of another one, or of one that says it is another entry.</summary>
    [Theory]
    [InlineData("zone")]
    [InlineData("serial")]
    public async Task Replicator_EntriesThatAreNotTheirs_ChangeNothingHere(string lie)
    {
        await using var here = new MemoryZoneStore(_time, new Random(2), "eu");
        var victim = ZoneName.Parse("victim.test");
        await here.PutZoneAsync(new ZoneDefinition(victim, ZonePolicy.Standard), Cancel);
        _liar.Page = page => page with
        {
            Entries = [.. page.Entries.Select(e => lie == "zone" ? e with { Zone = victim } : e with { Origin = e.Origin with { Serial = e.Serial + 1_000_000 } })],
        };
        var time = new FakeTimeProvider(_time.GetUtcNow());
        var replicator = new Replicator(_liar, here, new ReplicatorOptions { Name = "r" }, time, new Random(3), NullLogger<Replicator>.Instance);
        using var stop = new CancellationTokenSource();
        var running = replicator.RunAsync(stop.Token);
        for (var i = 0; i < 3_000 && replicator.Counters.Failures < 5; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Delay(10, Cancel);
        }

        Assert.InRange(replicator.Counters.Failures, 5, long.MaxValue);
        foreach (var zone in new[] { victim, Shop })
        {
            Assert.Empty(await here.ListAsync(zone, null, 10, Cancel));
            Assert.DoesNotContain((await here.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, default, 0)], 10, Cancel)).Zones[0].Vector, v => v.Serial > 0);
        }

        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private static readonly Dictionary<string, Func<RegionPage, RegionPage>> _pages = new()
    {
        ["another region than before"] = p => p with { Region = "eu" },
        ["a region that is no name"] = p => p with { Region = "u:s" },
        ["a head below nothing"] = p => p with { Head = -1, First = 0 },
        ["a head beyond counting"] = p => p with { Head = long.MaxValue },
        ["a log that begins after its end"] = p => p with { First = p.Head + 2 },
        ["a log that begins at the end of all numbers"] = p => p with { First = long.MaxValue },
        ["an entry of another zone"] = p => First(p, e => e with { Zone = ZoneName.Default }),
        ["an entry with an id of many characters"] = p => First(p, e => e with { ChangeId = new string('x', 129) }),
        ["an entry of a region that is no name"] = p => First(p, e => e with { Origin = e.Origin with { Region = "u s" } }),
        ["an entry of an origin with a serial below nothing"] = p => First(p, e => e with { Origin = new OriginStamp("asia", new Epoch(3), long.MinValue) }),
        ["a record with a header in its content type"] = p => First(p, e => e with { Change = Changed(e, r => r with { ContentType = "a\r\nSet-Cookie: x" }) }),
        ["a record with a header in its writer's name"] = p => First(p, e => e with { Change = Changed(e, r => r with { Version = r.Version with { Origin = "a\r\nb" } }) }),
        ["a record with too many tags"] = p => First(p, e => e with { Change = Changed(e, r => r with { Tags = [.. Enumerable.Range(0, 1_001).Select(i => $"t{i}")] }) }),
        ["a record that is too long"] = p => First(p, e => e with { Change = Changed(e, r => r with { Value = new byte[Record.MaxValueLength + 1] }) }),
        ["a record twice in an entry"] = p => First(p, e => e with { Change = new BatchChange([e.Change, e.Change]) }),
        ["a purge of too much"] = p => First(p, e => e with { Change = new PurgeChange([.. Enumerable.Repeat(new Selector(SelectorKind.Tag, "t"), PurgeChange.MaxSelectors + 1)], PurgeMode.Hard) }),
        ["a page that is no page"] = p => p with { Entries = [.. Enumerable.Repeat(p.Entries[0], RegionLimits.MaxEntries + 1)] },
        ["more regions than there are"] = p => p with { Peers = [.. Enumerable.Range(0, RegionLimits.MaxPeers + 1).Select(i => new PeerRegion($"r{i}", default, 0, 0))] },
    };

    private static readonly Dictionary<string, Func<ZonePolicy, ZonePolicy>> _policies = new()
    {
        ["no hosts at all"] = p => p with { Hosts = null! }, // what "hosts":null reads as
        ["a host that is none"] = p => p with { Hosts = ["a b/c"] },
        ["a rule that is none"] = p => p with { Conflict = (ConflictRule)99 },
        ["no rules by type at all"] = p => p with { ConflictByType = null! }, // as above
        ["a time before now"] = p => p with { TombstoneGrace = TimeSpan.FromSeconds(-1) },
        ["a time of a thousand years"] = p => p with { MaxLag = TimeSpan.FromDays(365_000) },
        ["keeps nothing"] = p => p with { RetentionEntries = 0 },
        ["a home that is none"] = p => p with { HomeRegion = "e u" },
    };

    private static RegionPage First(RegionPage page, Func<LogEntry, LogEntry> lie) => page with { Entries = [lie(page.Entries[0]), .. page.Entries.Skip(1)] };

    private static RecordChange Changed(LogEntry entry, Func<Record, Record> lie) => new(lie(((RecordChange)entry.Change).After), null);

    private async Task<RegionPage> PageAsync()
    {
        var epoch = (await _there.ReadAsync()).Epoch;
        return await _checked.ReadAsync(Shop, epoch, 0, TimeSpan.Zero, Cancel);
    }
}
