using CsCheck;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using EdgeCache.Zones.Writing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Zones.Tests.Writing;

/// <summary>PLANE.md 27: origins whose clocks are 60 s apart, and writers that carry what they know from one to the other.</summary>
public sealed class CausalityTests
{
    private static readonly RecordKey _key = new("a", RecordKey.Doc);

    [Fact]
    public void Publish_ByAWriterThatKnowsTheOther_NeverLosesHoweverWrongTheClocks() =>
        Gen.Select(Gen.Int[0, 2], Gen.Bool, Gen.Int[0, 2]).Array[1, 30].Sample(steps => Run(steps).GetAwaiter().GetResult());

    private static async Task Run((int Origin, bool ByToken, int Pause)[] steps)
    {
        var store = new MemoryZoneStore(new FakeTimeProvider(), new Random(1));
        FakeTimeProvider[] times = [At(0), At(60), At(-60)];
        var origins = times.Select((t, i) => new ZonePublisher(store, t, new Random(i), $"o{i}")).ToArray();
        var (token, etag, number) = (default(HybridTimestamp), (string?)null, 0);
        foreach (var (origin, byToken, pause) in steps)
        {
            // The writer knows the last write: by its session token, or by the version it read.
            var publish = new RecordPublish
            {
                Key = _key,
                Value = new[] { (byte)number++ },
                Precondition = byToken || etag is null ? default : WritePrecondition.MustBe(etag),
            };
            var result = await origins[origin].PublishAsync(ZoneName.Default, publish, new WriteContext { Seen = byToken ? token : default }, CancellationToken.None);

            // The first of all is told by nobody of anything.
            Assert.Equal(WriteOutcome.Committed, result.Outcome);
            Assert.Equal(publish.Value.ToArray(), (await store.FindAsync(ZoneName.Default, _key, CancellationToken.None))!.Value.ToArray());
            (token, etag) = (result.Clock, result.Written[0].ETag);
            foreach (var time in times)
            {
                time.Advance(TimeSpan.FromSeconds(pause));
            }
        }
    }

    [Fact]
    public async Task Publish_IfMatchOfAVersionFromFarAhead_StandsAndMovesNobodysClock()
    {
        var store = new MemoryZoneStore(new FakeTimeProvider(), new Random(1));
        var ahead = HybridTimestamp.From(At(0).GetUtcNow().AddHours(3).ToUnixTimeMilliseconds(), 0);
        var state = new EdgeCache.Zones.Records.Record
        {
            Key = _key,
            Value = default,
            ContentType = "",
            Ttl = 1,
            Version = new RecordVersion(0, ahead, "far"),
            CommittedAt = 0,
        };
        await store.CommitAsync(new CommitRequest { Zone = ZoneName.Default, ChangeId = "c", Clock = ahead, Nonce = 1, Writes = [new RecordWrite(state, default)] }, CancellationToken.None);
        var publisher = new ZonePublisher(store, At(0), new Random(2), "o1");
        var there = (await store.FindAsync(ZoneName.Default, _key, CancellationToken.None))!;
        var publish = new RecordPublish { Key = _key, Value = new byte[] { 1 }, Precondition = WritePrecondition.MustBe(there.ETag) };
        var result = await publisher.PublishAsync(ZoneName.Default, publish, default, CancellationToken.None);

        Assert.Equal(WriteOutcome.Committed, result.Outcome);
        Assert.True(result.Clock > ahead);
        Assert.Equal(1, publisher.Clock.Refused);
        Assert.True(publisher.Clock.Next().Milliseconds < ahead.Milliseconds);
    }

    [Fact]
    public async Task Publish_TokenBeyondTheBound_IsRefusedAndCounted()
    {
        var publisher = new ZonePublisher(new MemoryZoneStore(new FakeTimeProvider(), new Random(1)), At(0), new Random(2), "o1");
        var seen = HybridTimestamp.From(At(0).GetUtcNow().Add(HybridClock.MaxSkew).AddSeconds(1).ToUnixTimeMilliseconds(), 0);
        var result = await publisher.PublishAsync(ZoneName.Default, new RecordPublish { Key = _key, Value = default }, new WriteContext { Seen = seen }, CancellationToken.None);
        Assert.Equal(WriteOutcome.ClockSkew, result.Outcome);
        Assert.Equal(1, publisher.Clock.Refused);
    }

    [Fact]
    public void Next_AtTheVeryEndOfTheNumbers_StaysThere()
    {
        var clock = new HybridClock(At(0));
        var last = new HybridTimestamp(ulong.MaxValue);
        Assert.Equal(last, clock.NextAfter(last));
        Assert.Equal(last, last.Next());
        Assert.Equal(new HybridTimestamp(0x1_0000), new HybridTimestamp(0xFFFF).Next());
    }

    private static FakeTimeProvider At(int seconds) => new(DateTimeOffset.UnixEpoch.AddDays(20_000).AddSeconds(seconds));
}
