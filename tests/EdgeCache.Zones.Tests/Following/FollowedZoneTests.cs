using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Stores;
using Xunit;

namespace EdgeCache.Zones.Tests.Following;

public sealed class FollowedZoneTests
{
    private readonly ZoneLog _log = new();
    private readonly FollowedZone _zone;

    public FollowedZoneTests()
    {
        _zone = New();
        Load(_zone, _log, 0, 0);
    }

    [Fact]
    public void Offer_HintWithTheNextEntry_IsVisibleAtOnce()
    {
        var before = _zone.State.Floors.Generation;
        Assert.Equal(ApplyOutcome.Applied, _zone.Offer(HintOf(_log.Purge("t"))));
        Assert.Equal(1, _zone.State.View.Serial);
        Assert.Equal(FloorVerdict.Hard, Check("t", before));
    }

    [Fact]
    public void Offer_HintDoubledOrOld_ChangesNothing()
    {
        var first = HintOf(_log.Purge("a"));
        _zone.Offer(first);
        var generation = _zone.State.Floors.Generation;
        Assert.Equal(ApplyOutcome.Known, _zone.Offer(first));
        Assert.Equal(generation, _zone.State.Floors.Generation);
    }

    [Fact]
    public void Offer_HintAfterALostOne_IsNotApplied()
    {
        _log.Purge("a");
        Assert.Equal(ApplyOutcome.Gap, _zone.Offer(HintOf(_log.Purge("b"))));
        Assert.Equal(0, _zone.State.View.Serial);
    }

    [Fact]
    public void Offer_NextSerialOfAnotherHistory_IsNotApplied()
    {
        // PLANE.md 2: the log lost 2 and the new primary wrote another; 3' is contiguous for one who stands at 2.
        _zone.Offer(HintOf(_log.Purge("a")));
        _zone.Offer(HintOf(_log.Purge("b")));
        var other = new ZoneLog(nonces: 5_000);
        other.Purge("a");
        other.Purge("c");
        Assert.Equal(ApplyOutcome.Conflict, _zone.Offer(HintOf(other.Purge("d"))));
        Assert.Equal(2, _zone.State.View.Serial);
    }

    [Fact]
    public void Complete_SameLengthAnotherHistory_IsAConflict()
    {
        _zone.Offer(HintOf(_log.Purge("a")));
        var other = new ZoneLog(nonces: 5_000);
        other.Purge("c");
        Assert.Equal(ApplyOutcome.Conflict, _zone.Complete(ReadOf(other), new PollStamp(1, 1)));
    }

    [Fact]
    public void Complete_NotAllRead_LeavesTheHorizon()
    {
        _log.Purge("a");
        var horizon = _zone.State.Horizon;
        Assert.Equal(ApplyOutcome.Gap, _zone.Complete(ReadOf(_log), new PollStamp(5, horizon + 100)));
        Assert.Equal(horizon, _zone.State.Horizon);
        _zone.OfferPolled(_log.Entries[0]);
        Assert.Equal(ApplyOutcome.Applied, _zone.Complete(ReadOf(_log), new PollStamp(6, horizon + 100)));
        Assert.Equal(horizon + 100, _zone.State.Horizon);
    }

    [Fact]
    public void Offer_UnknownKind_StopsTheZoneWithAReason()
    {
        Assert.Equal(ApplyOutcome.Refused, _zone.Offer(HintOf(_log.Append(new AlienChange()))));
        Assert.Equal(FollowPhase.Faulted, _zone.Phase);
        Assert.Contains("shop.test:00000000000000e1:1", _zone.Fault);
        Assert.Equal(ApplyOutcome.Refused, _zone.Offer(HintOf(_log.Purge("a"))));
    }

    [Fact]
    public void BeginResync_WhatWasFilledBefore_IsHardStale()
    {
        var before = _zone.State.Floors.Generation;
        _zone.BeginResync(ResyncReason.HeadBehind);
        Assert.Equal(FloorVerdict.Hard, Check("any", before));
        Assert.Equal(ApplyOutcome.Refused, _zone.Offer(HintOf(_log.Purge("a"))));
    }

    /// <summary>What is possibly old is told from what is known to be (PLANE.md 6), for pages and where it is asked for; a first reading knows nothing of what was cached before.</summary>
    [Theory]
    [InlineData(FloorInterest.Pages, ResyncReason.EpochChanged, 60, FloorVerdict.Doubtful)]
    [InlineData(FloorInterest.Pages, ResyncReason.Trimmed, 60, FloorVerdict.Doubtful)]
    [InlineData(FloorInterest.Pages, ResyncReason.Trimmed, 0, FloorVerdict.Hard)]
    [InlineData(FloorInterest.Pages, ResyncReason.First, 60, FloorVerdict.Hard)]
    [InlineData(FloorInterest.None, ResyncReason.EpochChanged, 60, FloorVerdict.Hard)]
    [InlineData(FloorInterest.Names, ResyncReason.EpochChanged, 60, FloorVerdict.Hard)]
    [InlineData(FloorInterest.Pages | FloorInterest.Names, ResyncReason.EpochChanged, 60, FloorVerdict.Hard)]
    public void BeginResync_ByReasonAndInterest_RaisesWhatIsKnown(FloorInterest interest, ResyncReason reason, int limit, FloorVerdict verdict)
    {
        var zone = new FollowedZone(new ZoneState(new ZoneLog().Zone, 1, 7, ZonePolicy.Standard, 1000), [], interest, (_, _) => { }, _ => { }) { DoubtLimit = limit };
        var before = zone.State.Floors.Generation;
        zone.BeginResync(reason);
        Assert.Equal(verdict, zone.State.Floors.Check(new FloorSubject([]), before));
        Assert.Equal(verdict == FloorVerdict.Doubtful, zone.State.Doubt is not null);
    }

    /// <summary>The serials between where the node stood and where what it was told begins are not proven; of another log none below that.</summary>
    [Theory]
    [InlineData(ResyncReason.Trimmed, false, 2, 9, "2-9")]
    [InlineData(ResyncReason.Trimmed, false, 2, 3, "")]
    [InlineData(ResyncReason.EpochChanged, true, 2, 9, "0-9")]
    [InlineData(ResyncReason.EpochChanged, true, 2, 1, "")]
    [InlineData(ResyncReason.OtherHistory, false, 2, 9, "0-9")]
    public void Load_AfterADoubt_SaysWhichEntriesItNeverSaw(ResyncReason reason, bool otherLog, int stood, long knownFrom, string unproven)
    {
        var zone = new FollowedZone(new ZoneState(_log.Zone, 1, 7, ZonePolicy.Standard, 1000), [], FloorInterest.Pages, (_, _) => { }, _ => { }) { DoubtLimit = 60 };
        Load(zone, _log, 0, 0);
        for (var i = 0; i < stood; i++)
        {
            Assert.Equal(ApplyOutcome.Applied, zone.OfferPolled(_log.Purge("a")));
        }

        zone.BeginResync(reason);
        var log = otherLog ? new ZoneLog(epoch: 0xE2) : _log;
        zone.Load(new ZoneSnapshot(log.Epoch, 12, 5, 0, zone.State.View.Records, [], [], new PollStamp(0, 0)) { KnownFrom = unproven.Length == 0 ? knownFrom : knownFrom + 1 });
        Assert.Equal(unproven, zone.State.Doubt!.Unproven is { } span ? $"{span.After}-{span.Through.Serial}" : "");
        Assert.True(zone.State.Doubt.IsRead);
    }

    /// <summary>Read anew again: a doubt that goes on keeps its beginning; one that is over is not begun again for what it left behind.</summary>
    [Theory]
    [InlineData(20, 0, long.MinValue)]
    [InlineData(80, 70, 10)]
    public void BeginResync_Again_GoesOnFromTheFirstOrBeginsAnother(long at, long since, long overBefore)
    {
        var now = 10L;
        var zone = new FollowedZone(new ZoneState(_log.Zone, 1, 7, ZonePolicy.Standard, 1000), [], FloorInterest.Pages, (_, _) => { }, _ => { }) { DoubtLimit = 60, Clock = () => now };
        zone.Load(new ZoneSnapshot(_log.Epoch, 0, 0, 0, zone.State.View.Records, [], [], new PollStamp(0, 0)));
        zone.BeginResync(ResyncReason.EpochChanged);
        Assert.Equal((0L, 10L), (zone.State.Doubt!.Since, zone.State.Doubt.RaisedAt));
        Load(zone, _log, 0, 0);
        zone.State.MoveHorizon(70);
        now = at;
        zone.BeginResync(ResyncReason.EpochChanged);
        Assert.Equal((since, at, overBefore), (zone.State.Doubt!.Since, zone.State.Doubt.RaisedAt, zone.State.Doubt.OverBefore));
        Assert.False(zone.State.Doubt.IsRead);
    }

    [Fact]
    public void Offer_NothingTheNodeCaresFor_LeavesTheGeneration()
    {
        var before = _zone.State.Floors.Generation;
        Assert.Equal(ApplyOutcome.Applied, _zone.Offer(HintOf(_log.Append(new PurgeChange([new Selector(SelectorKind.Name, "www", "A")], PurgeMode.Hard)))));
        Assert.Equal(before, _zone.State.Floors.Generation);
    }

    [Theory]
    [InlineData(ResyncReason.HeadBehind)]
    [InlineData(ResyncReason.OtherHistory)]
    [InlineData(ResyncReason.StoreRestarted)]
    public void Load_SameEpochButItsTailMayBeLost_SaysThatItsSerialsProveNothing(ResyncReason reason)
    {
        _zone.BeginResync(reason);
        Load(_zone, _log, 0, 0);
        Assert.Equal((0L, _log.Epoch), (_zone.State.RecoversSince, _zone.State.CutEpoch));
    }

    /// <summary>While a zone is read anew its servers are held against the position from before: what they said is asked again.</summary>
    [Theory]
    [InlineData(FloorInterest.Names, FloorVerdict.Soft)]
    [InlineData(FloorInterest.Pages, FloorVerdict.None)]
    public void Load_WhatAResolverLearntMeanwhile_IsKnownOld(FloorInterest interest, FloorVerdict verdict)
    {
        var zone = New(interest);
        zone.BeginResync(ResyncReason.First);
        var meanwhile = zone.State.Floors.Generation;
        Load(zone, _log, 0, 0);
        Assert.Equal(verdict, zone.State.Floors.Check(new FloorSubject([zone.State.Floors.Hash.Of(SelectorKind.Name, "www")]), meanwhile));
    }

    [Fact]
    public void Load_LogWasOnlyTrimmed_TrustsIt()
    {
        _zone.BeginResync(ResyncReason.Trimmed);
        Load(_zone, _log, 0, 0);
        Assert.True(_zone.State.RecoversSince < 0);
    }

    /// <summary>A node that starts just after a failover knows nothing of it, but for how young the epoch is.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(6, false)]
    [InlineData(null, false)]
    public void Load_FirstOfAYoungEpoch_TakesItForOneThatMayLackSomething(int? age, bool recovers)
    {
        var zone = New();
        zone.Load(new ZoneSnapshot(_log.Epoch, 0, 0, 0, zone.State.View.Records, [], [], new PollStamp(0, 0)) { EpochAge = age is { } s ? TimeSpan.FromSeconds(s) : null });
        Assert.Equal(recovers, zone.State.RecoversSince == 0);
    }

    internal static FollowedZone New(FloorInterest interest = FloorInterest.Pages) =>
        new(new ZoneState(new ZoneLog().Zone, 1, 7, ZonePolicy.Standard, 1000), [], interest, (_, _) => { }, _ => { });

    internal static void Load(FollowedZone zone, ZoneLog log, long serial, ulong nonce) =>
        zone.Load(new ZoneSnapshot(log.Epoch, serial, nonce, 0, zone.State.View.Records, [], [], new PollStamp(0, 0)));

    private static Hint HintOf(LogEntry entry) => new(entry.Zone, entry.Epoch, entry.Serial, entry);

    private static ZoneRead ReadOf(ZoneLog log) => new()
    {
        Zone = log.Zone,
        Exists = true,
        Epoch = log.Epoch,
        Head = log.Entries.Count,
        First = 1,
        HeadNonce = log.Entries[^1].Nonce,
    };

    private FloorVerdict Check(string tag, long mark) => _zone.State.Floors.Check(new FloorSubject([_zone.State.Floors.Hash.Of(SelectorKind.Tag, tag)]), mark);
}
