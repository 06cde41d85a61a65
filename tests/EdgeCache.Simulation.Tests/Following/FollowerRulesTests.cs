using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Network;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeCache.Simulation.Tests.Following;

/// <summary>Single rules of the plane, each as the story that breaks without it, with the real follower in virtual time.</summary>
public sealed class FollowerRulesTests : IAsyncDisposable
{
    private static readonly ZoneName Zone = ZoneName.Parse("shop.test");
    private readonly World _world = new(5);
    private readonly MemoryZoneStore _store;
    private readonly WorldNode _node;
    private readonly NetworkConditions _network = new();
    private readonly StoreLink _link;
    private readonly Follower _follower;
    private int _changes;

    public FollowerRulesTests()
    {
        _store = new MemoryZoneStore(_world.AddNode("store").Time, new Random(1));
        Put(Zone);
        _node = _world.AddNode("edge");
        _link = new StoreLink(_node, _store, _network);
        var options = new FollowerOptions { Node = "edge", TickOnTimer = true };
        _follower = new Follower(_link, options, [], _node.Time, new Random(2), NullLogger<Follower>.Instance);
        _node.Enter(() => _ = _follower.RunAsync(CancellationToken.None));
        _world.RunFor(TimeSpan.FromSeconds(1));
    }

    private ZoneState State => _follower.Zones.ForHost("shop.test");

    [Fact]
    public void Hints_LostInRuns_EveryGapMadeIsAGapCounted()
    {
        // Three runs of lost hints, of 1, 3 and 2 entries, between hints that arrive.
        foreach (var lost in new[] { 1, 3, 2 })
        {
            Purge("before");
            _world.RunFor(TimeSpan.FromMilliseconds(20));
            _network.HintLoss = 1;
            for (var i = 0; i < lost; i++)
            {
                Purge("lost");
            }

            _network.HintLoss = 0;
            Purge("after");
            _world.RunFor(TimeSpan.FromSeconds(3));
        }

        Assert.Equal(6, _link.LostHints.Count);
        Assert.Equal(3, _follower.Gaps);
        Assert.Equal(12, State.View.Serial);
        Assert.Equal(0, _follower.Counters.Resyncs);
    }

    [Fact]
    public void Hints_DoubledAndReordered_AreNoGap()
    {
        _network.HintDuplication = 1;
        _network.MaxDelay = TimeSpan.FromMilliseconds(40);
        for (var i = 0; i < 50; i++)
        {
            Purge("t");
            _world.RunFor(TimeSpan.FromMilliseconds(5));
        }

        _world.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal((0, 50), (_follower.Gaps, State.View.Serial));
    }

    [Fact]
    public void Purge_HintArrives_IsVisibleWithinTheNetworksDelay()
    {
        Purge("t");
        _world.RunFor(_network.MaxDelay);
        Assert.Equal(1, State.View.Serial);
    }

    [Fact]
    public async Task Stopped_ForASecondWhileAPurgeGoesOut_IsSuspectOnWakingUntilItHasPolled()
    {
        // PLANE.md 19: well within max-lag, so only the ticker can tell.
        var mark = State.Floors.Generation;
        _node.Stop();
        Purge("t");
        _network.HintLoss = 1;
        _world.RunFor(TimeSpan.FromSeconds(1));
        PlaneHealth? onWake = null;
        Task<PlaneHealth>? fresh = null;
        _node.After(TimeSpan.Zero, () =>
        {
            onWake = _follower.HealthOf(State, _node.Time.GetTimestamp());
            fresh = _follower.AwaitFreshAsync(State, TimeSpan.FromSeconds(1), CancellationToken.None).AsTask();
        });
        _node.Continue();
        Assert.True(_world.RunUntil(() => fresh is { IsCompleted: true }, TimeSpan.FromSeconds(1)));
        Assert.Equal(PlaneHealth.Suspect, onWake);
        Assert.Equal(PlaneHealth.Healthy, await fresh!);
        Assert.Equal(FloorVerdict.Hard, Check("t", mark));
    }

    [Fact]
    public void StoreUnreachable_PastMaxLag_IsLaggingAndComesBack()
    {
        _network.IsRefused = true;
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(PlaneHealth.Healthy, Health());
        _world.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(PlaneHealth.Lagging, Health());
        _network.IsRefused = false;
        _world.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal(PlaneHealth.Healthy, Health());
    }

    [Fact]
    public void Horizon_AnswerTakesLong_IsWhenThePollWasSent()
    {
        // PLANE.md 18: a poll that took 300 ms on its way says nothing of those 300 ms.
        _network.MinDelay = _network.MaxDelay = TimeSpan.FromMilliseconds(150);
        _world.RunFor(TimeSpan.FromSeconds(3));
        for (var i = 0; i < 40; i++)
        {
            _world.RunFor(TimeSpan.FromMilliseconds(37));
            Assert.True(_world.Now.Ticks - State.Horizon >= TimeSpan.FromMilliseconds(300).Ticks);
        }
    }

    [Fact]
    public void Settle_FilledBetween_IsValidatedOnce()
    {
        // PLANE.md 7: the application commits, purges, and the refetch reads a replica that is behind.
        Purge("t", settle: 2_000);
        _world.RunFor(TimeSpan.FromMilliseconds(100));
        var refetched = State.Floors.Generation;
        Assert.Equal(FloorVerdict.None, Check("t", refetched));
        _world.RunFor(TimeSpan.FromSeconds(2.1));
        Assert.Equal(FloorVerdict.Hard, Check("t", refetched));
        Assert.Equal(FloorVerdict.None, Check("t", State.Floors.Generation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    public void Settle_NodeStartsInsideIt_ValidatesWhatItFilledMeanwhile(int later)
    {
        // It never applied the purge, and fills from the replica that is behind all the same.
        Purge("t", settle: 2_000);
        for (var i = 0; i < later; i++)
        {
            Purge("other");
        }

        var node = _world.AddNode("second");
        var options = new FollowerOptions { Node = "second", TickOnTimer = true };
        var second = new Follower(new StoreLink(node, _store, _network), options, [], node.Time, new Random(3), NullLogger<Follower>.Instance);
        node.Enter(() => _ = second.RunAsync(CancellationToken.None));
        _world.RunFor(TimeSpan.FromSeconds(1));
        var floors = second.Zones.ForHost("shop.test").Floors;
        var filled = floors.Generation;
        var subject = new FloorSubject([floors.Hash.Of(SelectorKind.Tag, "t")]);
        Assert.Equal(FloorVerdict.None, floors.Check(subject, filled));
        _world.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(FloorVerdict.Hard, floors.Check(subject, filled));
        Assert.Equal(FloorVerdict.None, floors.Check(subject, floors.Generation));
    }

    [Fact]
    public void Settle_LongAgo_DoesNotConcernANodeThatStartsNow()
    {
        Purge("t", settle: 2_000);
        _world.RunFor(TimeSpan.FromSeconds(61));
        Purge("other");
        var node = _world.AddNode("second");
        var second = new Follower(
            new StoreLink(node, _store, _network), new FollowerOptions { Node = "second", TickOnTimer = true }, [], node.Time, new Random(3), NullLogger<Follower>.Instance);
        node.Enter(() => _ = second.RunAsync(CancellationToken.None));
        _world.RunFor(TimeSpan.FromSeconds(1));
        var floors = second.Zones.ForHost("shop.test").Floors;
        var filled = floors.Generation;
        _world.RunFor(TimeSpan.FromSeconds(70));
        Assert.Equal(FloorVerdict.None, floors.Check(new FloorSubject([floors.Hash.Of(SelectorKind.Tag, "t")]), filled));
    }

    [Fact]
    public void HostMoved_BetweenZones_IsAnotherIncarnation()
    {
        // PLANE.md 14: while the host was elsewhere its purges went elsewhere.
        var before = _follower.Zones.ForHost("www.example");
        Put(Zone, "www.example");
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Same(State, _follower.Zones.ForHost("www.example"));
        Put(Zone);
        _world.RunFor(TimeSpan.FromSeconds(1));
        var after = _follower.Zones.ForHost("www.example");
        Assert.Equal(before.Zone, after.Zone);
        Assert.NotSame(before, after);
        Assert.Equal(PlaneHealth.Healthy, _follower.HealthOf(after, _node.Time.GetTimestamp()));
    }

    [Fact]
    public void StoreEmptied_NothingRestartsByItself_ThenARestoreResyncs()
    {
        Purge("t");
        _world.RunFor(TimeSpan.FromSeconds(1));
        _store.Empty();
        _world.RunFor(TimeSpan.FromSeconds(4));
        Assert.Equal((PlaneHealth.Lagging, 1), (Health(), State.View.Serial));
        Assert.Contains(_follower.Describe(), s => s.Position.Zone == Zone && s.Phase == FollowPhase.StoreLost);
        var mark = State.Floors.Generation;
        _ = _store.OpenEpochAsync(Zone, 0, CancellationToken.None).AsTask();
        _world.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal((PlaneHealth.Healthy, 0), (Health(), State.View.Serial));
        Assert.Equal(FloorVerdict.Doubtful, Check("whatever", mark));
        Assert.Equal(1, _follower.Counters.ResyncsBecause(ResyncReason.EpochChanged));
    }

    [Fact]
    public void Trimmed_BeyondTheFollower_MakesEverythingPossiblyOldAndWhatTheLogStillTellsOfKnownOld()
    {
        var (mark, horizon) = (State.Floors.Generation, State.Horizon);
        _network.IsRefused = true;
        Purge("gone");
        Purge("kept");
        _store.Trim(Zone, 1);
        _network.IsRefused = false;
        _world.RunFor(TimeSpan.FromSeconds(3));
        Assert.Equal(2, State.View.Serial);
        Assert.Equal(FloorVerdict.Doubtful, Check("gone", mark));
        Assert.Equal(FloorVerdict.Hard, Check("kept", mark));
        Assert.Equal(1, _follower.Counters.ResyncsBecause(ResyncReason.Trimmed));
        Assert.True(State.Doubt is { IsRead: true } doubt && doubt.Since >= horizon);
    }

    /// <summary>A change is not everywhere while a node may serve what it covers from before: such as the log no longer tells of count when the node has settled all, or may serve none of it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Trimmed_ChangesThatTheNodeNeverSaw_AreNotAppliedUntilAllIsSettled(bool settled)
    {
        var seen = Purge("seen");
        _world.RunFor(TimeSpan.FromSeconds(1));
        _network.IsRefused = true;
        var missed = Purge("missed");
        var kept = Purge("kept");
        _store.Trim(Zone, 2);
        _network.IsRefused = false;
        _world.RunFor(TimeSpan.FromSeconds(3));
        var later = Purge("later");
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal((true, false, true, true), (IsApplied(seen), IsApplied(missed), IsApplied(kept), IsApplied(later)));
        if (settled)
        {
            State.Settle(State.Doubt!);
        }
        else
        {
            _world.RunFor(TimeSpan.FromSeconds(60));
        }

        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(IsApplied(missed));
    }

    private bool IsApplied(Position position)
    {
        var look = Task.FromResult<IReadOnlyList<NodeProgress>>([]);
        _node.Enter(() => look = new ChangeWait(_store, _node.Time).LookAsync(position, CancellationToken.None));
        _world.RunFor(TimeSpan.FromMilliseconds(50));
        return AtOnce.Done(look).Single().Outcome == NodeOutcome.Applied;
    }

    [Fact]
    public void AwaitPosition_HintLost_IsThereAfterOnePollAndNotAHeartbeat()
    {
        _network.HintLoss = 1;
        var position = Purge("t");
        var began = _world.Now;
        Assert.True(Wait(position, TimeSpan.FromSeconds(2)));
        Assert.True(_world.Now - began < TimeSpan.FromMilliseconds(50), $"{_world.Now - began}");
    }

    [Fact]
    public void AwaitPosition_NeverCommitted_EndsLongBeforeTheLimit()
    {
        // PLANE.md 22: a token cannot make a node wait for ever; one read of the log shows that the position is not there.
        var began = _world.Now;
        Assert.False(Wait(State.View.Position with { Serial = 1_000_000 }, TimeSpan.FromSeconds(5)));
        Assert.True(_world.Now - began < TimeSpan.FromMilliseconds(50), $"{_world.Now - began}");
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private bool Wait(Position position, TimeSpan limit)
    {
        Task<bool>? wait = null;
        _node.Enter(() => wait = _follower.AwaitPositionAsync(position, limit, CancellationToken.None).AsTask());
        Assert.True(_world.RunUntil(() => wait!.IsCompleted, limit + limit));
        return wait!.Result;
    }

    private PlaneHealth Health() => _follower.HealthOf(State, _node.Time.GetTimestamp());

    private FloorVerdict Check(string tag, long mark) => State.Floors.Check(new FloorSubject([State.Floors.Hash.Of(SelectorKind.Tag, tag)]), mark);

    private void Put(ZoneName zone, params string[] hosts) =>
        _ = _store.PutZoneAsync(new ZoneDefinition(zone, new ZonePolicy { Hosts = hosts }), CancellationToken.None).AsTask();

    private Position Purge(string tag, int settle = 0) => _store.CommitAsync(
        new CommitRequest
        {
            Zone = Zone,
            ChangeId = $"c{++_changes}",
            Clock = HybridTimestamp.From(_changes, 0),
            Nonce = (ulong)(_changes * 7_919),
            Purges = [new PurgeChange([new Selector(SelectorKind.Tag, tag)], PurgeMode.Hard, settle)],
        },
        CancellationToken.None).AsTask().Result.Position;
}
