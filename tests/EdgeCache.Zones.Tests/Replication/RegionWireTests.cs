using System.Text;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Replication;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using EdgeCache.Zones.Writing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Zones.Tests.Replication;

public sealed class RegionWireTests
{
    [Fact]
    public async Task ReadPage_WhatWasWritten_IsTheSameLog()
    {
        await using var store = new MemoryZoneStore(new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60)), new Random(1), "eu");
        var publisher = new ZonePublisher(store, TimeProvider.System, new Random(2), "origin");
        for (var i = 0; i < 5; i++)
        {
            await publisher.PublishAsync(ZoneName.Default, new RecordPublish { Key = new RecordKey($"k{i}", RecordKey.Doc), Value = new byte[i], Tags = ["t"] }, default, CancellationToken.None);
        }

        await publisher.PurgeAsync(ZoneName.Default, new PurgeChange([new Selector(SelectorKind.Tag, "t")], PurgeMode.Hard), default, CancellationToken.None);
        var source = new StoreRegionLog(store);
        var head = await source.ReadAsync(ZoneName.Default, default, 0, TimeSpan.Zero, CancellationToken.None);
        var page = await source.ReadAsync(ZoneName.Default, head.Epoch, 0, TimeSpan.Zero, CancellationToken.None);
        var read = RegionWire.ReadPage(RegionWire.Write(page));
        Assert.Equal((page.Region, page.Epoch, page.Head, page.HeadNonce, page.First, 6), (read.Region, read.Epoch, read.Head, read.HeadNonce, read.First, read.Entries.Count));
        Assert.Equal(page.Entries.Select(e => (e.Nonce, e.ChangeId, e.Origin)), read.Entries.Select(e => (e.Nonce, e.ChangeId, e.Origin)));

        var digests = await source.DigestsAsync(ZoneName.Default, null, CancellationToken.None);
        Assert.Equal(digests, RegionWire.ReadDigests(RegionWire.Write(digests)));
        var keys = RegionWire.ReadKeys(RegionWire.Write([.. digests.Select(d => d.Key)]));
        Assert.NotNull(keys);
        var states = RegionWire.ReadStates(RegionWire.Write(await source.StatesAsync(ZoneName.Default, keys, CancellationToken.None)));
        Assert.Equal(digests, states.Select(RecordDigest.Of));
        Assert.Equal(ZoneName.Default, Assert.Single(RegionWire.ReadDirectory(RegionWire.Write(await source.ReadDirectoryAsync(CancellationToken.None))).Zones).Zone);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("{\"region\":\"eu\",\"exists\":true,\"epoch\":\"zz\",\"head\":1,\"headNonce\":\"1\",\"first\":1,\"entries\":[]}")]
    [InlineData("{\"region\":\"eu\",\"exists\":true,\"epoch\":\"1\",\"head\":1,\"headNonce\":\"1\",\"first\":1,\"entries\":[\"AAAA\"]}")]
    public void Read_WhatIsNoAnswer_IsAFaultOfTheWayThere(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Throws<StoreException>(() => RegionWire.ReadPage(bytes));
        Assert.Null(RegionWire.ReadKeys(bytes));
    }

    [Fact]
    public void Write_MoreStatesThanFit_SendsWhatFitsAndAtLeastOne()
    {
        var large = Enumerable.Range(0, 6).Select(i => new EdgeCache.Zones.Records.Record
        {
            Key = new RecordKey($"k{i}", RecordKey.Doc),
            Value = new byte[EdgeCache.Zones.Records.Record.MaxValueLength],
            ContentType = "",
            Ttl = 1,
            Version = new RecordVersion(0, default, "eu"),
            CommittedAt = 0,
        });
        Assert.Equal(3, RegionWire.ReadStates(RegionWire.Write([.. large])).Count);
    }

    [Fact]
    public void ReadDirectory_APolicyWithRegions_KeepsThem()
    {
        var policy = ZonePolicy.Standard with { HomeRegion = "eu", ReplicationDelay = TimeSpan.FromSeconds(3) };
        var read = Assert.Single(RegionWire.ReadDirectory(RegionWire.Write(new ZoneDirectory(1, [new ZoneDefinition(ZoneName.Default, policy)]))).Zones).Policy;
        Assert.Equal((policy.HomeRegion, policy.ReplicationDelay), (read.HomeRegion, read.ReplicationDelay));
    }
}
