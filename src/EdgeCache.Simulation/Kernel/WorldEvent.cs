namespace EdgeCache.Simulation.Kernel;

/// <summary>One thing that will happen, unless it is cancelled or its node is gone. While its node is stopped, it waits there.</summary>
public sealed class WorldEvent
{
    private readonly Action _action;
    private readonly WorldNode? _node;
    private readonly int _life;
    private bool _isCancelled;

    internal WorldEvent(WorldNode? node, int life, Action action)
    {
        _node = node;
        _action = action;
        _life = life;
    }

    /// <summary>It will not happen.</summary>
    public void Cancel() => _isCancelled = true;

    internal void Run()
    {
        if (_isCancelled || (_node is not null && _node.Life != _life))
        {
            return;
        }

        if (_node is null)
        {
            _action();
        }
        else if (!_node.Hold(this))
        {
            _node.Enter(_action);
        }
    }
}
