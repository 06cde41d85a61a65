using EdgeCache.Simulation.Kernel;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores.Memory;

namespace EdgeCache.Simulation.Propagation;

/// <summary>What can go wrong, drawn by chance, and undone in the end.</summary>
internal sealed class Faults
{
    /// <summary>A sleep that a ticker with the default limit must notice.</summary>
    private static readonly TimeSpan NoticedSleep = TimeSpan.FromMilliseconds(251);

    private readonly World _world;
    private readonly MemoryZoneStore _store;
    private readonly ZoneName _zone;
    private readonly IReadOnlyList<IFaultyProcess> _edges;
    private bool _isOver;

    public Faults(World world, MemoryZoneStore store, ZoneName zone, IReadOnlyList<IFaultyProcess> edges)
    {
        _world = world;
        _store = store;
        _zone = zone;
        _edges = edges;
    }

    /// <summary>A store that may have lost something goes on in a new epoch, as that of Redis does; else in its old one, and its nonces must tell.</summary>
    public bool NoticesLoss { get; init; }

    /// <summary>The last SOA serial that who restores the zone knows.</summary>
    public Func<uint> SeenSoaSerial { get; init; } = () => 0;

    /// <summary>Called when the store has lost its tail, before it goes on.</summary>
    public Action OnTailLost { get; init; } = () => { };

    /// <summary>Called when the store has gone on in a new epoch without its tail.</summary>
    public Action OnLoss { get; init; } = () => { };

    /// <summary>Called when the store has lost all it held.</summary>
    public Action OnEmptied { get; init; } = () => { };

    /// <summary>Called when the zone's log goes on in an epoch.</summary>
    public Action<Epoch> OnOpened { get; init; } = _ => { };

    /// <summary>Called when a process woke from a sleep that its ticker must notice.</summary>
    public Action<string> OnWoke { get; init; } = _ => { };

    public void Next()
    {
        var edge = _edges[_world.Chance.Next(_edges.Count)];
        var time = TimeSpan.FromMilliseconds(50) + _world.Within(TimeSpan.FromSeconds(_world.Chance.Next(1, 5)));
        switch (_world.Chance.Next(16))
        {
            case < 4:
                Sleep(edge, time);
                break;
            case < 6:
                edge.Restart();
                break;
            case 6:
                For(edge, time, "is refused", on => edge.Network.IsRefused = on);
                break;
            case 7:
                For(edge, time, "sends into nothing", on => edge.Network.DropsUp = on);
                break;
            case < 10:
                For(edge, time, "hears nothing", on => edge.Network.DropsDown = on);
                break;
            case 10:
                For(edge, time, "loses a third of its calls", on => edge.Network.CallLoss = on ? 0.33 : 0);
                break;
            case 11:
                _world.Tell("store", "is trimmed to its end");
                _store.Trim(_zone, long.MaxValue);
                break;
            case < 14:
                _world.Tell("store", "fails over and lacks the tail");
                OnTailLost();
                _store.LoseTail(_zone, _world.Chance.Next(1, 4));
                _store.Restart();
                if (NoticesLoss && Exists(_zone))
                {
                    Open(_zone, 0);
                    OnLoss();
                }

                break;
            case 14:
                _world.Tell("store", "is another process");
                _store.Restart();
                break;
            default:
                Empty(time);
                break;
        }
    }

    public void HealAll()
    {
        _isOver = true;
        Restore();
        foreach (var edge in _edges)
        {
            edge.Network.IsRefused = edge.Network.DropsUp = edge.Network.DropsDown = false;
            edge.Network.CallLoss = 0;
            Wake(edge);
        }
    }

    private void Sleep(IFaultyProcess edge, TimeSpan time)
    {
        if (edge.Node.IsStopped)
        {
            return;
        }

        edge.Node.Stop();
        _world.After(time, () => Wake(edge));
    }

    private void Wake(IFaultyProcess edge)
    {
        if (edge.Node.IsStopped)
        {
            if (_world.Now - edge.Node.StoppedAt >= NoticedSleep)
            {
                OnWoke(edge.Node.Name);
            }

            edge.Node.Continue();
        }
    }

    private void For(IFaultyProcess edge, TimeSpan time, string what, Action<bool> set)
    {
        _world.Tell(edge.Node.Name, what);
        set(true);
        _world.After(time, () =>
        {
            if (!_isOver)
            {
                _world.Tell(edge.Node.Name, $"no longer {what}");
                set(false);
            }
        });
    }

    private void Empty(TimeSpan time)
    {
        _world.Tell("store", "is emptied");
        OnEmptied();
        _store.Empty();
        _world.After(time, Restore);
    }

    private void Restore()
    {
        foreach (var zone in new[] { _zone, ZoneName.Default })
        {
            if (!Exists(zone))
            {
                _world.Tell("store", $"zone {zone} is restored");
                Open(zone, SeenSoaSerial());
            }
        }
    }

    private void Open(ZoneName zone, uint seenSoaSerial)
    {
        var epoch = AtOnce.Done(_store.OpenEpochAsync(zone, seenSoaSerial, CancellationToken.None).AsTask());
        if (zone == _zone)
        {
            OnOpened(epoch);
        }
    }

    private bool Exists(ZoneName zone) => _store.ReadShardAsync(zone.Shard, [new(zone, default, 0)], 1, CancellationToken.None).AsTask().Result.Zones[0].Exists;
}
