using EdgeCache.Simulation.Kernel;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores.Memory;
using Xunit;

namespace EdgeCache.Simulation.Tests.Nodes;

/// <summary>Here and not beside the code's other tests, because the deterministic world lives here.</summary>

public sealed class ChangeWaitTests : IAsyncDisposable
{
    private static readonly Position Wanted = new(ZoneName.Default, new Epoch(0xE1), 5);
    private readonly World _world = new(1);
    private readonly WorldNode _node;
    private readonly MemoryZoneStore _store;
    private readonly ChangeWait _wait;
    private long _sequence;

    public ChangeWaitTests()
    {
        _node = _world.AddNode("origin");
        _store = new MemoryZoneStore(_node.Time, new Random(1));
        _wait = new ChangeWait(_store, _node.Time);
    }

    [Fact]
    public async Task WaitAsync_AllHaveApplied_IsDoneAtOnceWithTheTimeOfEach()
    {
        await ReportAsync("edge-a", 5, new AppliedMark(Wanted, 123));
        await ReportAsync("edge-b", 9);
        var result = await WaitAsync(new WaitRequest { Position = Wanted });
        Assert.Equal(WaitOutcome.Done, result.Outcome);
        Assert.Equal(["edge-a applied 123", "edge-b applied "], result.Nodes.Select(n => $"{n.Node} {n.Outcome.Text()} {n.AppliedAt}"));
    }

    [Fact]
    public async Task WaitAsync_OneReportsAndIsBehind_TimesOutAndNamesIt()
    {
        await ReportAsync("edge-a", 5);
        await ReportAsync("edge-b", 4);
        var result = await WaitAsync(new WaitRequest { Position = Wanted });
        Assert.Equal((WaitOutcome.TimedOut, "applied waiting"), (result.Outcome, Text(result)));
    }

    [Fact]
    public async Task WaitAsync_OneCatchesUpMeanwhile_IsDone()
    {
        await ReportAsync("edge-a", 4);
        var result = await WaitAsync(new WaitRequest { Position = Wanted }, at100: () => ReportAsync("edge-a", 5));
        Assert.Equal((WaitOutcome.Done, "applied"), (result.Outcome, Text(result)));
    }

    [Fact]
    public async Task WaitAsync_CutOffEdge_IsMissingUntilItsLeaseIsOverAndNeverApplied()
    {
        // PLANE.md 21: a partitioned edge falls out of the directory and the wait succeeds; it must not before the edge has stopped serving what it knows.
        await ReportAsync("edge-a", 4);
        Assert.Equal("waiting", Text(await WaitAsync(new WaitRequest { Position = Wanted, Timeout = TimeSpan.FromSeconds(1) })));
        Assert.Equal("missing", Text(await WaitAsync(new WaitRequest { Position = Wanted, Timeout = TimeSpan.FromSeconds(1) })));
        var last = await WaitAsync(new WaitRequest { Position = Wanted, Timeout = TimeSpan.FromSeconds(3) });
        Assert.Equal((WaitOutcome.Done, "expired"), (last.Outcome, Text(last)));
    }

    [Fact]
    public async Task WaitAsync_OtherEpoch_IsNotApplied()
    {
        await ReportAsync("edge-a", 5);
        Assert.Equal("waiting", Text(await WaitAsync(new WaitRequest { Position = Wanted with { Epoch = new Epoch(2) } })));
    }

    [Fact]
    public async Task WaitAsync_Quorum_NeedsMoreThanHalf()
    {
        await ReportAsync("edge-a", 5);
        await ReportAsync("edge-b", 4);
        Assert.Equal(WaitOutcome.TimedOut, (await WaitAsync(new WaitRequest { Position = Wanted, Scope = WaitScope.Quorum })).Outcome);
        await ReportAsync("edge-c", 5);
        Assert.Equal(WaitOutcome.Done, (await WaitAsync(new WaitRequest { Position = Wanted, Scope = WaitScope.Quorum })).Outcome);
    }

    [Fact]
    public async Task WaitAsync_NamedNodeNobodyKnows_IsMissing()
    {
        await ReportAsync("edge-a", 5);
        Assert.True(WaitRequest.TryParseScope("edge-a, edge-z", out var scope, out var nodes));
        var result = await WaitAsync(new WaitRequest { Position = Wanted, Scope = scope, Nodes = nodes });
        Assert.Equal((WaitOutcome.TimedOut, "applied missing"), (result.Outcome, Text(result)));
    }

    [Fact]
    public async Task WaitAsync_TooMany_AreTurnedAway()
    {
        await ReportAsync("edge-a", 4);
        var waiting = new Task<WaitResult>[ChangeWait.MaxWaiting];
        _node.Enter(() => Array.ForEach(Enumerable.Range(0, waiting.Length).ToArray(), i => waiting[i] = _wait.WaitAsync(new WaitRequest { Position = Wanted }, CancellationToken.None)));
        Assert.Equal(WaitOutcome.TooManyWaiting, (await WaitAsync(new WaitRequest { Position = Wanted })).Outcome);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.All(waiting, w => Assert.True(w is { IsCompletedSuccessfully: true, Result.Outcome: WaitOutcome.TimedOut }));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static string Text(WaitResult result) => string.Join(' ', result.Nodes.Select(n => n.Outcome.Text()));

    private Task ReportAsync(string node, long serial, params AppliedMark[] recent) => _store.ReportAsync(
        new NodeReport
        {
            Node = node,
            Role = "edge",
            Instance = "1",
            Positions = [Wanted with { Serial = serial }],
            HorizonAgeMilliseconds = 0,
            ReportedAt = 0,
            LeaseMilliseconds = 2_000,
            Sequence = ++_sequence,
            Recent = recent,
        },
        CancellationToken.None).AsTask();

    private async Task<WaitResult> WaitAsync(WaitRequest request, Func<Task>? at100 = null)
    {
        Task<WaitResult> wait = null!; // Set by Enter.
        _node.Enter(() => wait = _wait.WaitAsync(request, CancellationToken.None));
        if (at100 is not null)
        {
            _node.After(TimeSpan.FromMilliseconds(100), () => at100());
        }

        Assert.True(_world.RunUntil(() => wait.IsCompleted, TimeSpan.FromSeconds(6)));
        return await wait;
    }
}
