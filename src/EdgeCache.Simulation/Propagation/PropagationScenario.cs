using System.Text;
using EdgeCache.Simulation.Kernel;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;
using EdgeCache.Zones.Writing;

namespace EdgeCache.Simulation.Propagation;

/// <summary>How a run ended.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Violations">Answers that should not have been given, and edges that did not come back.</param>
/// <param name="Hits">Fresh answers from a cache.</param>
/// <param name="Purges">Purges committed.</param>
/// <param name="Resyncs">Resyncs.</param>
/// <param name="PossiblyOld">Answers after a resync that were named so.</param>
/// <param name="Steps">Events run.</param>
/// <param name="Story">The end of the timeline, when something was violated.</param>
public sealed record PropagationResult(long Seed, IReadOnlyList<string> Violations, long Hits, long Purges, long Resyncs, long PossiblyOld, long Steps, string Story)
{
    /// <summary>What to print when it failed: the command that does it again, what was violated, and how it came to that.</summary>
    public string Report => $"replay: edgecache simulate --scenario propagation --seed {Seed}\n{string.Join('\n', Violations.Take(5))}\n{Story}";
}

/// <summary>
/// A shop, a store, some edges with real followers, and everything that can go wrong between them, drawn from one seed: slow, lost, doubled and overtaking messages,
/// cut links, sleeping and crashing edges, and a store that is restarted, trimmed, emptied, or loses its tail. In the end all heals, and everybody must be up to date.
/// </summary>
#pragma warning disable CA1001 // A store in memory holds nothing to dispose.
public sealed class PropagationScenario
#pragma warning restore CA1001
{
    internal const string Host = "shop.test";
    private const int Pages = 4;
    private const int Sessions = 3;

    /// <summary>Half of the seeds have sessions: those whose bits above these are even in number.</summary>
    private const int SessionBits = 1;
    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Healing = TimeSpan.FromSeconds(6);
    internal static readonly ZoneName Zone = ZoneName.Parse(Host);
    private readonly World _world;
    private readonly MemoryZoneStore _store;
    private readonly ZonePublisher _writer;
    private readonly Shop _shop;
    private readonly Judge _judge;
    private readonly List<SimulatedEdge> _edges = [];
    private readonly List<SimulatedSession> _sessions = [];
    private readonly Mechanisms _mechanisms;
    private bool _isOver;
    private long _purges;

    private PropagationScenario(long seed, Mechanisms mechanisms)
    {
        _mechanisms = mechanisms;
        _world = new World(seed);
        _store = new MemoryZoneStore(_world.AddNode("store").Time, new Random(_world.Chance.Next()));
        _writer = new ZonePublisher(_store, _world.AddNode("writer").Time, new Random(_world.Chance.Next()), "writer");
        _shop = new Shop(_world, Pages);
        _judge = new Judge(_world, Pages, ZonePolicy.Standard.MaxLag) { CountsUnproven = mechanisms.HasFlag(Mechanisms.Unproven) };
        if (long.PopCount(seed >> SessionBits) % 2 == 0)
        {
            _sessions.AddRange(Enumerable.Range(0, Sessions).Select(n => new SimulatedSession(n, _world, _judge, mechanisms)));
        }
    }

    internal static RecordKey[] Twins { get; } = [new("left", RecordKey.Doc), new("right", RecordKey.Doc)];

    /// <summary>Says in every entry how often the tail had been lost before it.</summary>
    internal static RecordKey History { get; } = new("history", RecordKey.Doc);

    /// <summary>Runs one seed.</summary>
    public static PropagationResult Run(long seed) => Run(seed, Mechanisms.All);

    internal static PropagationResult Run(long seed, Mechanisms mechanisms) => new PropagationScenario(seed, mechanisms).Run();

    internal static string TagOf(int page) => $"page-{page}";

    private PropagationResult Run()
    {
        Done(_store.PutZoneAsync(new ZoneDefinition(Zone, ZonePolicy.Standard), CancellationToken.None).AsTask());
        _judge.Opened(Log().Epoch);
        var count = _world.Chance.Next(2, 5);
        for (var i = 0; i < count; i++)
        {
            var edge = new SimulatedEdge(_world.AddNode($"edge-{i}"), _shop, _store, _judge, _mechanisms, SettlingOptions.Brief);
            edge.Network.HintLoss = _world.Chance.Next(3) * 0.2;
            edge.Network.HintDuplication = 0.1;
            edge.Network.MaxDelay = TimeSpan.FromMilliseconds(_world.Chance.Next(1, 60));
            _edges.Add(edge);
        }

        Repeat(TimeSpan.FromMilliseconds(80), Write);
        Repeat(TimeSpan.FromMilliseconds(5), () => _edges[_world.Chance.Next(_edges.Count)].Request(_world.Chance.Next(Pages)));
        foreach (var session in _sessions)
        {
            Repeat(TimeSpan.FromMilliseconds(500), () => Write(session));
            Repeat(TimeSpan.FromMilliseconds(25), () => session.Read(_edges[_world.Chance.Next(_edges.Count)], SimulatedSession.KeyOf(_world.Chance.Next(Sessions))));
        }

        var faults = new Faults(_world, _store, Zone, _edges)
        {
            NoticesLoss = _sessions.Count > 0,
            OnTailLost = () => _judge.Histories++,
            OnLoss = BringBack,
            OnEmptied = _judge.Lost,
            OnOpened = _judge.Opened,
            OnWoke = _judge.Woke,
        };
        Repeat(TimeSpan.FromMilliseconds(700), faults.Next);
        _world.RunFor(Trouble);
        _isOver = true;
        faults.HealAll();
        _world.RunFor(Healing);
        CheckHealed();
        return new PropagationResult(
            _world.Seed,
            _judge.Violations,
            _edges.Sum(e => e.Hits),
            _purges,
            _edges.Sum(e => e.Follower.Counters.Resyncs),
            _edges.Sum(e => e.PossiblyOld),
            _world.Steps,
            _judge.Violations.Count == 0 ? "" : _world.Timeline.Last(80));
    }

    private void Repeat(TimeSpan mean, Action action) => _world.After(_world.Within(mean * 2), () =>
    {
        if (!_isOver)
        {
            action();
            Repeat(mean, action);
        }
    });

    /// <summary>The application changes one page or more, makes that readable, and then purges them in one entry.</summary>
    private void Write()
    {
        var first = _world.Chance.Next(Pages);
        int[] pages = _world.Chance.Next(4) == 0 ? [first, (first + 1) % Pages] : [first];
        var versions = Array.ConvertAll(pages, _shop.Write);
        var purge = new PurgeChange([.. pages.Select(p => new Selector(SelectorKind.Tag, TagOf(p)))], (PurgeMode)_world.Chance.Next(3));
        RecordWrite[] twins = _world.Chance.Next(3) == 0 ? [.. Twins.Select(t => NewRecord(t, (versions[0] * 100) + first))] : [];
        var result = Commit([purge], [NewRecord(History, _judge.Histories), .. twins]);
        if (result.Outcome != CommitOutcome.Committed)
        {
            return;
        }

        _purges++;
        _world.Tell("shop", $"purges {string.Join(", ", pages.Select((p, i) => $"page {p} below {versions[i]}"))} as {result.Position}");
        for (var i = 0; i < pages.Length; i++)
        {
            _judge.Purged(pages[i], versions[i], result.Position);
        }
    }

    private void Write(SimulatedSession session)
    {
        var publish = new RecordPublish { Key = session.Own, Value = session.NextValue() };
        if (Done(_writer.PublishAsync(Zone, publish, default, CancellationToken.None).AsTask()) is { IsCommitted: true } done)
        {
            session.Wrote(done.Position);
        }
    }

    /// <summary>The writer notices, later than most edges, that the store has lost something.</summary>
    private void BringBack()
    {
        if (_mechanisms.HasFlag(Mechanisms.Reappending))
        {
            _world.After(_world.Within(ConsistencyGate.Recovery / 2), () => Done(_writer.ReappendAsync(Zone, CancellationToken.None).AsTask()));
        }
    }

    private CommitResult Commit(PurgeChange[] purges, RecordWrite[] writes) => Done(_store.CommitAsync(
        new CommitRequest
        {
            Zone = Zone,
            ChangeId = $"c{_world.Chance.NextInt64():x}",
            Clock = HybridTimestamp.From((long)_world.Now.TotalMilliseconds, 0),
            Nonce = (ulong)_world.Chance.NextInt64(),
            Purges = purges,
            Writes = writes,
        },
        CancellationToken.None).AsTask());

    private ZoneRead Log() => Done(_store.ReadShardAsync(Zone.Shard, [new ZoneCursor(Zone, default, 0)], 1, CancellationToken.None).AsTask()).Zones[0];

    private static RecordWrite NewRecord(RecordKey key, int value) => NewRecord(key, Encoding.ASCII.GetBytes($"{value}"));

    private static RecordWrite NewRecord(RecordKey key, byte[] value) => new(
        new Record
        {
            Key = key,
            Value = value,
            ContentType = "text/plain",
            Ttl = 60,
            Version = new RecordVersion(0, default, "shop"),
            CommittedAt = 0,
        },
        new Guard(GuardKind.None));

    private void CheckHealed()
    {
        foreach (var session in _sessions)
        {
            var there = SimulatedSession.VersionOf(Done(_store.FindAsync(Zone, session.Own, CancellationToken.None).AsTask()));
            if (there < session.Acknowledged)
            {
                _judge.Violations.Add($"{session.Own} is version {there}, and version {session.Acknowledged} was acknowledged");
            }
        }

        foreach (var edge in _edges)
        {
            var zone = edge.Follower.Zones.ForHost(Host);
            var head = Log();
            var health = edge.Follower.HealthOf(zone, edge.Node.Time.GetTimestamp());
            if (health != PlaneHealth.Healthy || zone.View.Serial != head.Head || zone.View.Epoch != head.Epoch)
            {
                _judge.Violations.Add($"{edge.Node.Name} did not come back: {health} at {zone.View.Position}, the log is at {head.Epoch}:{head.Head}; {edge.Running.Exception?.InnerException}");
            }
        }
    }

    private static T Done<T>(Task<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("the store of a simulation answers at once");

    private static void Done(Task task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("the store of a simulation answers at once");
        }
    }
}
