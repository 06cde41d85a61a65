namespace EdgeCache.Simulation.Kernel;

/// <summary>
/// A process in the world: code that runs in it keeps to its context, so that what it awaits comes back into the world's queue and not into a thread pool. It can be stopped
/// (its timers and messages wait, its clock goes on) or crash (they are gone). Its clocks may be off.
/// </summary>
public sealed class WorldNode
{
    private readonly Queue<WorldEvent> _held = new();
    private NodeContext _context;
    private bool _isStopped;

    internal WorldNode(World world, string name)
    {
        World = world;
        Name = name;
        _context = new NodeContext(this, 0);
        Time = new NodeTime(this, 0);
    }

    /// <summary>The world.</summary>
    public World World { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The clocks and timers of its present life.</summary>
    public TimeProvider Time { get; private set; }

    /// <summary>How far its wall clock is off.</summary>
    public TimeSpan ClockSkew { get; set; }

    /// <summary>Counts its lives: a crash ends one.</summary>
    public int Life { get; private set; }

    /// <summary>True while it is stopped.</summary>
    public bool IsStopped => _isStopped;

    /// <summary>When it was last stopped.</summary>
    public TimeSpan StoppedAt { get; private set; }

    /// <summary>Runs code in the node now.</summary>
    public void Enter(Action action)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs code in the node later.</summary>
    public WorldEvent After(TimeSpan delay, Action action) => World.Enqueue(delay, this, Life, action);

    /// <summary>SIGSTOP.</summary>
    public void Stop()
    {
        World.Tell(Name, "stopped");
        _isStopped = true;
        StoppedAt = World.Now;
    }

    /// <summary>SIGCONT: what waited is due now, in an order of chance.</summary>
    public void Continue()
    {
        World.Tell(Name, "goes on");
        _isStopped = false;
        while (_held.TryDequeue(out var item))
        {
            World.Enqueue(item, World.Now);
        }
    }

    /// <summary>kill -9: nothing that was under way in it happens any more.</summary>
    public void Crash()
    {
        World.Tell(Name, "crashed");
        Life++;
        _context = new NodeContext(this, Life);
        Time = new NodeTime(this, Life);
        _isStopped = false;
        _held.Clear();
    }

    internal bool Hold(WorldEvent item)
    {
        if (_isStopped)
        {
            _held.Enqueue(item);
        }

        return _isStopped;
    }

    private sealed class NodeContext(WorldNode node, int life) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => node.World.Enqueue(TimeSpan.Zero, node, life, () => d(state));

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;
    }
}
