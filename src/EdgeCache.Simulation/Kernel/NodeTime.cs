namespace EdgeCache.Simulation.Kernel;

/// <summary>The clocks of one node: monotonic time is the world's, wall time may be skewed, timers fire as events of the node.</summary>
internal sealed class NodeTime : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly WorldNode _node;
    private readonly int _life;

    public NodeTime(WorldNode node, int life)
    {
        _node = node;
        _life = life;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => _node.World.Now.Ticks;

    public override DateTimeOffset GetUtcNow() => Beginning + _node.World.Now + _node.ClockSkew;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new NodeTimer(_node, _life, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class NodeTimer(WorldNode node, int life, TimerCallback callback, object? state) : ITimer
    {
        private WorldEvent? _next;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _next?.Cancel();
            _period = period;
            _next = dueTime == Timeout.InfiniteTimeSpan ? null : node.World.Enqueue(dueTime, node, life, Fire);
            return true;
        }

        public void Dispose() => _next?.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            if (_period > TimeSpan.Zero)
            {
                _next = node.World.Enqueue(_period, node, life, Fire);
            }

            callback(state);
        }
    }
}
