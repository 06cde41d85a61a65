using EdgeCache.Simulation.Kernel;
using EdgeCache.Simulation.Propagation;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Stores.Memory;

namespace EdgeCache.Simulation.Growth;

/// <summary>
/// A store is started anew, and may have lost its tail, under many followers that hold the same pages and are asked for them: what that costs the application (PLANE.md 6). The followers, the pace at
/// which they fetch again and the order are the real ones.
/// </summary>
#pragma warning disable CA1001 // A store in memory holds nothing to dispose.
public sealed class ResyncStorm
#pragma warning restore CA1001
{
    /// <summary>Pages that each follower holds.</summary>
    public const int Pages = 4;

    /// <summary>Seconds looked at, however soon all is settled.</summary>
    private const int Least = 10;

    private static readonly ZoneName Zone = ZoneName.Parse(PropagationScenario.Host);
    private static readonly TimeSpan Asked = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly SettlingOptions Settling = SettlingOptions.Standard;
    private readonly World _world;
    private readonly MemoryZoneStore _store;
    private readonly Shop _shop;
    private readonly List<SimulatedEdge> _edges = [];

    private ResyncStorm(int followers, long seed, bool doubts)
    {
        _world = new World(seed);
        _store = new MemoryZoneStore(_world.AddNode("store").Time, new Random(_world.Chance.Next()));
        AtOnce.Done(PutZoneAsync());
        _shop = new Shop(_world, Pages);
        var judge = new Judge(_world, Pages, ZonePolicy.Standard.MaxLag);
        var mechanisms = doubts ? Mechanisms.All : Mechanisms.All & ~Mechanisms.Doubts;
        for (var i = 0; i < followers; i++)
        {
            _edges.Add(new SimulatedEdge(_world.AddNode($"edge-{i}"), _shop, _store, judge, mechanisms, Settling));
        }
    }

    /// <summary>Fetches a second that all followers together are allowed.</summary>
    public static int Limit => Settling.Rate;

    /// <summary>Measures one number of followers, with the rule or without it.</summary>
    public static StormRow Measure(int followers, long seed, bool withRule = true) => new ResyncStorm(followers, seed, withRule).Run();

    private async Task<bool> PutZoneAsync()
    {
        await _store.PutZoneAsync(new ZoneDefinition(Zone, ZonePolicy.Standard), CancellationToken.None);
        return true;
    }

    private StormRow Run()
    {
        _world.RunFor(Second * 3);
        foreach (var edge in _edges)
        {
            for (var page = 0; page < Pages; page++)
            {
                edge.Request(page);
            }

            Ask(edge);
        }

        _world.RunFor(Second * 3);
        var waits = _edges.Sum(e => e.Waits);
        _store.Restart();
        var (most, settledAfter) = (0L, 0);
        for (var second = 1; second <= (int)Settling.Limit.TotalSeconds && (settledAfter == 0 || second <= Least); second++)
        {
            var before = _shop.Reads;
            _world.RunFor(Second);
            most = Math.Max(most, _shop.Reads - before);
            settledAfter = settledAfter == 0 && _edges.TrueForAll(IsSettled) ? second : settledAfter;
        }

        return new StormRow(_edges.Count, most, _edges.Sum(e => e.Waits) - waits, _edges.Sum(e => e.PossiblyOld), settledAfter);
    }

    private static bool IsSettled(SimulatedEdge edge) =>
        edge.Follower.Counters.Resyncs > 0 && edge.Follower.Zones.ForHost(PropagationScenario.Host).Doubt is null or { IsSettled: true };

    /// <summary>Page 0 is asked for far more often than the last.</summary>
    private void Ask(SimulatedEdge edge) => _world.After(_world.Within(Asked * 2), () =>
    {
        edge.Request(Math.Min(_world.Chance.Next(Pages), _world.Chance.Next(Pages)));
        Ask(edge);
    });
}

/// <summary>What the start of a store cost.</summary>
/// <param name="Followers">How many there were.</param>
/// <param name="Most">Most requests to the application in a second.</param>
/// <param name="Waits">Readers that had to wait for it.</param>
/// <param name="PossiblyOld">Readers that were given a page named possibly old.</param>
/// <param name="SettledAfter">Seconds until nothing was possibly old any more; 0: it did not come to that within the limit.</param>
public sealed record StormRow(int Followers, long Most, long Waits, long PossiblyOld, int SettledAfter);
