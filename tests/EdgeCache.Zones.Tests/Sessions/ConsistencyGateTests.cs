using System.Collections.Immutable;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Record = EdgeCache.Zones.Records.Record;

namespace EdgeCache.Zones.Tests.Sessions;

public sealed class ConsistencyGateTests
{
    private static readonly Epoch Here = new(0xE1);
    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedFollower _follower;
    private readonly ZoneState _zone;
    private readonly ConsistencyGate _gate;

    public ConsistencyGateTests()
    {
        _zone = new ZoneState(ZoneName.Default, 1, 7, ZonePolicy.Standard, _time.TimestampFrequency);
        _follower = new ScriptedFollower(_zone, _time);
        _follower.Apply(Here, 50);
        _gate = new ConsistencyGate(_follower, _time);
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("eventual", ReadSubject.Record, GateAction.Serve, GateReason.Met, 0)]
    [InlineData("bounded;t=2", ReadSubject.Record, GateAction.Serve, GateReason.Met, 0)]
    [InlineData("bounded;t=0.5", ReadSubject.Record, GateAction.AskUpstream, GateReason.HorizonTooOld, 1)]
    [InlineData("bounded;t=0.5", ReadSubject.LogPage, GateAction.AskUpstream, GateReason.HorizonTooOld, 1)]
    [InlineData("bounded;t=0.5", ReadSubject.OriginPage, GateAction.Serve, GateReason.Met, 0)]
    [InlineData("bounded;k=1", ReadSubject.Record, GateAction.AskUpstream, GateReason.HorizonTooOld, 1)]
    [InlineData("bounded;k=1", ReadSubject.LogPage, GateAction.Refuse, GateReason.VersionsOfPages, 0)]
    [InlineData("session", ReadSubject.Record, GateAction.Serve, GateReason.Met, 0)]
    [InlineData("strong", ReadSubject.Record, GateAction.AskUpstream, GateReason.PrimaryAsked, 0)]
    [InlineData("strong", ReadSubject.LogPage, GateAction.Serve, GateReason.Met, 0)]
    public async Task PassAsync_StoreSilentForASecond_GivesOnlyWhatCanBeProved(string asked, ReadSubject subject, GateAction action, GateReason reason, int waits)
    {
        var decision = await PassAsync(asked, subject, null);
        Assert.Equal((action, reason, waits), (decision.Action, decision.Reason, _follower.Waits));
    }

    [Fact]
    public async Task PassAsync_BoundedAndAPollCanBeHad_IsServedAfterIt()
    {
        _follower.OnWait = () => _follower.Apply(Here, 50);
        Assert.Equal(GateAction.Serve, (await PassAsync("bounded;t=0", ReadSubject.Record, null)).Action);
    }

    [Fact]
    public async Task PassAsync_BoundedOriginPage_ServesWhatWasAskedForWithinTheBound()
    {
        var decision = await PassAsync("bounded;t=2", ReadSubject.OriginPage, null);
        Assert.Equal(_time.GetTimestamp() - (2 * _time.TimestampFrequency), decision.FilledSince);
    }

    [Fact]
    public async Task PassAsync_SessionSeenHere_IsServedWithoutWaiting()
    {
        Assert.Equal(GateAction.Serve, (await PassAsync("session", ReadSubject.Record, Seen(50))).Action);
        Assert.Equal(0, _follower.Waits);
    }

    [Fact]
    public async Task PassAsync_SessionAheadOfTheNode_WaitsForIt()
    {
        _follower.OnWait = () => _follower.Apply(Here, 51);
        Assert.Equal(GateAction.Serve, (await PassAsync("session", ReadSubject.Record, Seen(51))).Action);
        Assert.Equal(1, _follower.Waits);
    }

    [Fact]
    public async Task PassAsync_SessionAheadAndNoPollToBeHad_IsSentUpWithTheReason()
    {
        var decision = await PassAsync("session", ReadSubject.Record, Seen(51));
        Assert.Equal((GateAction.AskUpstream, GateReason.PositionNotReached), (decision.Action, decision.Reason));
    }

    [Fact]
    public async Task PassAsync_SessionAheadOfTheLogItself_IsLoud()
    {
        _follower.OnWait = () => _follower.Apply(Here, 50);
        var decision = await PassAsync("session", ReadSubject.Record, Seen(51));
        Assert.Equal((GateAction.Refuse, GateReason.SessionLost), (decision.Action, decision.Reason));
    }

    [Fact]
    public async Task PassAsync_DeadEpoch_IsMetByWhatWasReadAfterTheToken()
    {
        _follower.OnWait = () => _follower.Apply(Here, 50);
        var token = SessionToken.Empty.WithSeen(new Position(ZoneName.Default, new Epoch(0xDEAD), 9_000));
        Assert.Equal(GateAction.Serve, (await PassAsync("session", ReadSubject.Record, token)).Action);
    }

    /// <summary>What the store lost is not appended again yet: the log is not as new as what the session saw.</summary>
    [Theory]
    [InlineData("session")]
    [InlineData("bounded;t=2")]
    public async Task PassAsync_StoreMayHaveLostSomethingJustNow_IsNotServedUntilWritersHadTime(string level)
    {
        _follower.OnWait = () => _follower.Apply(Here, 50);
        _zone.Recover(_time.GetTimestamp(), default);
        var token = SessionToken.Empty.WithSeen(new Position(ZoneName.Default, new Epoch(0xDEAD), 9_000));
        var decision = await PassAsync(level, ReadSubject.Record, token);
        Assert.Equal((GateAction.AskUpstream, GateReason.StoreRecovering), (decision.Action, decision.Reason));

        _time.Advance(ConsistencyGate.Recovery);
        Assert.Equal(GateAction.Serve, (await PassAsync(level, ReadSubject.Record, token)).Action);
    }

    /// <summary>The tail was lost and the epoch goes on: the serial a token names is there, but may be another entry's, or may come back.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(51)]
    public async Task PassAsync_EpochLostItsTailAndGoesOn_ItsSerialsProveNothingUntilWritersHadTime(long seen)
    {
        _follower.OnWait = () => _follower.Apply(Here, 50);
        _zone.Recover(_time.GetTimestamp(), Here);
        var decision = await PassAsync("session", ReadSubject.Record, Seen(seen));
        Assert.Equal((GateAction.AskUpstream, GateReason.StoreRecovering), (decision.Action, decision.Reason));

        _time.Advance(ConsistencyGate.Recovery);
        Assert.Equal(seen == 50 ? GateAction.Serve : GateAction.Refuse, (await PassAsync("session", ReadSubject.Record, Seen(seen))).Action);
    }

    /// <summary>A client that wrote before and after a failover: its first position was met by the old log, its second by the new one, which may lack the first.</summary>
    [Fact]
    public async Task PassAsync_AnotherLogIsReadWhileOnePositionIsWaitedFor_IsNotMetByHalves()
    {
        var next = new Epoch(0xE2);
        var token = Seen(50).WithWrote(new Position(ZoneName.Default, next, 3));
        _follower.OnWait = () =>
        {
            _zone.Recover(_time.GetTimestamp(), default);
            _follower.Apply(next, 5);
        };
        var decision = await PassAsync("session", ReadSubject.Record, token);
        Assert.Equal((GateAction.AskUpstream, GateReason.StoreRecovering), (decision.Action, decision.Reason));
    }

    /// <summary>Between the gate and the answer another log may be read: the answer comes from what was judged.</summary>
    [Theory]
    [InlineData("session")]
    [InlineData("bounded;t=2")]
    public async Task PassAsync_Met_SaysOfWhichView(string level)
    {
        var decision = await PassAsync(level, ReadSubject.Record, Seen(50));
        _follower.Apply(new Epoch(0xE2), 1);
        Assert.Equal(50, decision.View!.Serial);
    }

    [Fact]
    public async Task PassAsync_PageAfterTheClientsWrite_MustHaveBeenAskedForAfterTheWriteWasApplied()
    {
        _follower.Apply(Here, 51);
        var applied = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(1));
        _follower.Apply(Here, 52);
        var token = SessionToken.Empty.WithWrote(new Position(ZoneName.Default, Here, 51));
        Assert.Equal(applied, (await PassAsync("session", ReadSubject.OriginPage, token)).FilledSince);
        Assert.Equal(long.MinValue, (await PassAsync("session", ReadSubject.LogPage, token)).FilledSince);
    }

    [Fact]
    public async Task PassAsync_ANewIncarnationOfTheZone_AsksForPagesFromNowOnOnceAndNotForEver()
    {
        _follower.Reincarnate(Here, 51);
        var token = SessionToken.Empty.WithWrote(new Position(ZoneName.Default, Here, 51));
        var first = _time.GetTimestamp();
        Assert.Equal(first, (await PassAsync("session", ReadSubject.OriginPage, token)).FilledSince);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(first, (await PassAsync("session", ReadSubject.OriginPage, token)).FilledSince);
    }

    [Fact]
    public async Task PassAsync_FoldedTokenOfAnotherZone_NeedsAFreshPoll()
    {
        var token = SessionToken.Empty.WithSeen(new Position(ZoneName.Parse("other.example"), Here, 1)) with { IsFolded = true };
        Assert.Equal(GateAction.AskUpstream, (await PassAsync("session", ReadSubject.Record, token)).Action);
        _follower.OnWait = () => _follower.Apply(Here, 50);
        Assert.Equal(GateAction.Serve, (await PassAsync("session", ReadSubject.Record, token)).Action);
    }

    [Fact]
    public async Task PassAsync_WrittenInAnotherRegion_IsMetOnlyOnceThatRegionsLogCameThrough()
    {
        var there = new Epoch(0xB0B);
        _follower.Vector = [new OriginStamp("eu", there, 6)];
        _follower.OnWait = () => _follower.Apply(Here, 51);
        var token = SessionToken.Empty.WithWrote(new Position(ZoneName.Default, there, 7));
        var behind = await PassAsync("session;wait=0", ReadSubject.OriginPage, token);
        Assert.Equal((GateAction.AskUpstream, GateReason.RegionBehind), (behind.Action, behind.Reason));

        _follower.Vector = [new OriginStamp("eu", there, 7)];
        _follower.Apply(Here, 52);
        var reached = await PassAsync("session;wait=0", ReadSubject.OriginPage, token);
        Assert.Equal((GateAction.Serve, _time.GetTimestamp()), (reached.Action, reached.FilledSince));
    }

    [Fact]
    public async Task PassAsync_AWriteThatIsNotInTheLogYet_PagesAreAskedForAnew()
    {
        var token = Seen(50) with { IsPending = true };
        Assert.Equal(_time.GetTimestamp(), (await PassAsync("session", ReadSubject.LogPage, token)).FilledSince);
        Assert.Equal(long.MinValue, (await PassAsync("session", ReadSubject.Record, token)).FilledSince);
    }

    [Fact]
    public async Task PassAsync_FoldedTokenAndAPage_MustHaveBeenAskedForAfterNow()
    {
        _follower.OnWait = () => _follower.Apply(Here, 50);
        Assert.Equal(_time.GetTimestamp(), (await PassAsync("session", ReadSubject.OriginPage, SessionToken.Empty with { IsFolded = true })).FilledSince);
    }

    [Theory]
    [InlineData(TokenOutcome.Invalid, GateReason.TokenInvalid)]
    [InlineData(TokenOutcome.Expired, GateReason.TokenExpired)]
    public async Task PassAsync_BadToken_IsRefusedNotIgnored(TokenOutcome outcome, GateReason reason)
    {
        Assert.True(Consistency.TryParse("session", out var asked, out _));
        var decision = await _gate.PassAsync(_zone, ReadSubject.Record, asked, SessionToken.Empty, outcome, CancellationToken.None);
        Assert.Equal((GateAction.Refuse, reason), (decision.Action, decision.Reason));
    }

    private static SessionToken Seen(long serial) => SessionToken.Empty.WithSeen(new Position(ZoneName.Default, Here, serial));

    private async Task<GateDecision> PassAsync(string text, ReadSubject subject, SessionToken? token)
    {
        Assert.True(Consistency.TryParse(text, out var asked, out _));
        return await _gate.PassAsync(_zone, subject, asked, token, TokenOutcome.Valid, CancellationToken.None);
    }

    /// <summary>Knows what the test applies; a wait does what the script says, and no more.</summary>
    private sealed class ScriptedFollower(ZoneState zone, TimeProvider time) : IFollower
    {
        public Action OnWait { get; set; } = () => { };

        public IReadOnlyList<OriginStamp> Vector { get; set; } = [];

        public int Waits { get; private set; }

        public ZoneMap Zones { get; } = new([], zone);

        public void Apply(Epoch epoch, long serial)
        {
            zone.Swap(new ZoneView(zone.Zone, epoch, serial, 0, ImmutableDictionary<RecordKey, Record>.Empty, []) { Vector = Vector });
            zone.NoteApplied(zone.View.Position, time.GetTimestamp());
            zone.MoveHorizon(time.GetTimestamp());
        }

        /// <summary>A state that knows the position and not when it was applied.</summary>
        public void Reincarnate(Epoch epoch, long serial) => zone.Swap(new ZoneView(zone.Zone, epoch, serial, 0, ImmutableDictionary<RecordKey, Record>.Empty, []));

        public PlaneHealth HealthOf(ZoneState state, long timestamp) => PlaneHealth.Healthy;

        public ValueTask<PlaneHealth> AwaitFreshAsync(ZoneState state, TimeSpan limit, CancellationToken cancellation)
        {
            Waits++;
            OnWait();
            return ValueTask.FromResult(PlaneHealth.Healthy);
        }

        public ValueTask<bool> AwaitPositionAsync(Position position, TimeSpan limit, CancellationToken cancellation)
        {
            Waits++;
            OnWait();
            return ValueTask.FromResult(zone.View.Serial >= position.Serial);
        }
    }
}
