namespace EdgeCache.Simulation.Kernel;

/// <summary>
/// A deterministic world: one thread, one queue of events, one virtual clock, one source of chance. Two runs of the same seed do the same things in the same order:
/// what is due at the same moment runs in an order drawn from the seed. Not thread-safe, by design.
/// </summary>
public sealed class World
{
    private const int MaxStepsAtOneMoment = 100_000;
    private readonly PriorityQueue<WorldEvent, (long At, long Draw)> _events = new();
    private readonly List<WorldNode> _nodes = [];

    private int _stepsAtThisMoment;

    /// <summary>Makes a world.</summary>
    public World(long seed)
    {
        Seed = seed;
        Chance = new Random(unchecked((int)(seed ^ (seed >> 32))));
    }

    /// <summary>What the whole run follows from.</summary>
    public long Seed { get; }

    /// <summary>All chance of the world, the nodes' too.</summary>
    public Random Chance { get; }

    /// <summary>Virtual time since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Events run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>What happened, for people.</summary>
    public Timeline Timeline { get; } = new();

    /// <summary>The nodes, in order of their making.</summary>
    public IReadOnlyList<WorldNode> Nodes => _nodes;

    /// <summary>Adds a node.</summary>
    public WorldNode AddNode(string name)
    {
        var node = new WorldNode(this, name);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Writes a line of the timeline.</summary>
    public void Tell(string who, string what) => Timeline.Add(Now, who, what);

    /// <summary>Runs something later. Belongs to no node: neither a crash nor a stop holds it.</summary>
    public WorldEvent After(TimeSpan delay, Action action) => Enqueue(delay, null, 0, action);

    /// <summary>A random time below <paramref name="limit"/>.</summary>
    public TimeSpan Within(TimeSpan limit) => limit * Chance.NextDouble();

    /// <summary>Runs what is due until <paramref name="end"/>.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (_events.TryPeek(out var next, out var at) && at.At <= end.Ticks)
        {
            _events.Dequeue();
            _stepsAtThisMoment = at.At > Now.Ticks ? 0 : _stepsAtThisMoment + 1;
            if (_stepsAtThisMoment > MaxStepsAtOneMoment)
            {
                throw new InvalidOperationException($"time stands still at {Now}: something runs in a circle without waiting (seed {Seed})");
            }

            Now = TimeSpan.FromTicks(Math.Max(Now.Ticks, at.At));
            Steps++;
            next.Run();
        }

        Now = end;
    }

    /// <summary>Runs for some time.</summary>
    public void RunFor(TimeSpan time) => RunUntil(Now + time);

    /// <summary>Runs until something holds, at most for <paramref name="limit"/>; says whether it came to hold.</summary>
    public bool RunUntil(Func<bool> holds, TimeSpan limit)
    {
        var end = Now + limit;
        while (!holds())
        {
            if (!_events.TryPeek(out _, out var at) || at.At > end.Ticks)
            {
                Now = end;
                return holds();
            }

            RunUntil(TimeSpan.FromTicks(Math.Max(Now.Ticks, at.At)));
        }

        return true;
    }

    internal WorldEvent Enqueue(TimeSpan delay, WorldNode? node, int life, Action action)
    {
        var item = new WorldEvent(node, life, action);
        Enqueue(item, Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero));
        return item;
    }

    internal void Enqueue(WorldEvent item, TimeSpan at) => _events.Enqueue(item, (at.Ticks, Chance.NextInt64()));
}
