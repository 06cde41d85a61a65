using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Propagation;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;

namespace EdgeCache.Simulation.Growth;

/// <summary>
/// How the plane grows with its followers: the time until a purge is applied everywhere, reads of the log, and requests to the application — in quiet, and when the store is started
/// anew and everybody must read it again. The followers are the real ones with their jitter; the store answers at once, so what is measured is who asks, and when.
/// </summary>
#pragma warning disable CA1001 // A store in memory holds nothing to dispose.
public sealed class FollowerGrowth
#pragma warning restore CA1001
{
    private const int Purges = 10;
    private static readonly TimeSpan Slot = TimeSpan.FromMilliseconds(100);
    private static readonly ZoneName Zone = ZoneName.Parse(PropagationScenario.Host);
    private readonly World _world;
    private readonly MemoryZoneStore _store;
    private readonly Shop _shop;
    private readonly List<SimulatedEdge> _edges = [];
    private bool _isOver;

    private FollowerGrowth(int followers, long seed)
    {
        _world = new World(seed);
        _store = new MemoryZoneStore(_world.AddNode("store").Time, new Random(_world.Chance.Next()));
        _store.PutZoneAsync(new ZoneDefinition(Zone, ZonePolicy.Standard), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        _shop = new Shop(_world, 1);
        var judge = new Judge(_world, 1, ZonePolicy.Standard.MaxLag);
        for (var i = 0; i < followers; i++)
        {
            _edges.Add(new SimulatedEdge(_world.AddNode($"edge-{i}"), _shop, _store, judge, Mechanisms.All, SettlingOptions.Standard));
        }
    }

    /// <summary>Measures one number of followers.</summary>
    public static GrowthRow Measure(int followers, long seed) => new FollowerGrowth(followers, seed).Run();

    private GrowthRow Run()
    {
        foreach (var edge in _edges)
        {
            Ask(edge);
        }

        _world.RunFor(TimeSpan.FromSeconds(3));
        var (reads, fetches) = (Reads(), _shop.Reads);
        _world.RunFor(TimeSpan.FromSeconds(2));
        var (readsInQuiet, fetchesInQuiet) = (Reads() - reads, _shop.Reads - fetches);
        var times = new List<double>();
        for (var i = 0; i < Purges; i++)
        {
            times.AddRange(Propagate());
        }

        times.Sort();

        // What the last purge made old is fetched before.
        _world.RunFor(TimeSpan.FromSeconds(1));
        _store.Restart();
        var (readsPeak, fetchesPeak) = Peaks(TimeSpan.FromSeconds(3));
        _isOver = true;
        return new GrowthRow(_edges.Count, At(times, 0.5), At(times, 0.99), readsInQuiet / 2.0, readsPeak, fetchesInQuiet / 2.0, fetchesPeak);
    }

    private static double At(List<double> sorted, double share) => sorted[(int)((sorted.Count - 1) * share)];

    /// <summary>Each edge is asked for the page some ten times a second.</summary>
    private void Ask(SimulatedEdge edge) => _world.After(_world.Within(Slot * 2), () =>
    {
        if (!_isOver)
        {
            edge.Request(0);
            Ask(edge);
        }
    });

    /// <summary>Milliseconds from the commit of a purge until each follower has applied it.</summary>
    private List<double> Propagate()
    {
        _shop.Write(0);
        var position = AtOnce.Done(_store.CommitAsync(
            new CommitRequest
            {
                Zone = Zone,
                ChangeId = $"c{_world.Chance.NextInt64():x}",
                Clock = HybridTimestamp.From((long)_world.Now.TotalMilliseconds, 0),
                Nonce = (ulong)_world.Chance.NextInt64(1, long.MaxValue),
                Purges = [new PurgeChange([new Selector(SelectorKind.Tag, PropagationScenario.TagOf(0))], PurgeMode.Hard)],
            },
            CancellationToken.None).AsTask()).Position;
        var start = _world.Now;
        var waiting = _edges.ToList();
        var times = new List<double>();
        while (waiting.Count > 0 && _world.Now - start < TimeSpan.FromSeconds(5))
        {
            _world.RunFor(TimeSpan.FromMilliseconds(0.5));
            var there = waiting.RemoveAll(e => e.Follower.Zones.ForHost(PropagationScenario.Host).View.Serial >= position.Serial);
            times.AddRange(Enumerable.Repeat((_world.Now - start).TotalMilliseconds, there));
        }

        _world.RunFor(Slot);
        return times;
    }

    private (long Reads, long Fetches) Peaks(TimeSpan time)
    {
        var (readsPeak, fetchesPeak) = (0L, 0L);
        for (var passed = TimeSpan.Zero; passed < time; passed += Slot)
        {
            var (reads, fetches) = (Reads(), _shop.Reads);
            _world.RunFor(Slot);
            readsPeak = Math.Max(readsPeak, Reads() - reads);
            fetchesPeak = Math.Max(fetchesPeak, _shop.Reads - fetches);
        }

        return (readsPeak, fetchesPeak);
    }

    private long Reads() => _edges.Sum(e => e.Link.Reads);
}

/// <summary>One number of followers.</summary>
/// <param name="Followers">How many.</param>
/// <param name="Typical">Milliseconds until half of them have applied a purge.</param>
/// <param name="Late">Milliseconds until 99 of 100 have.</param>
/// <param name="LogReads">Reads of shards a second in quiet, two zones.</param>
/// <param name="LogReadsPeak">Most reads in 100 ms after the store was started anew.</param>
/// <param name="Fetches">Requests to the application a second in quiet.</param>
/// <param name="FetchesPeak">Most requests in 100 ms after the store was started anew.</param>
public sealed record GrowthRow(int Followers, double Typical, double Late, double LogReads, long LogReadsPeak, double Fetches, long FetchesPeak)
{
    /// <summary>What a start of the store costs when each follower holds <see cref="ResyncStorm.Pages"/> pages; null: not measured.</summary>
    public StormRow? Storm { get; init; }
}
