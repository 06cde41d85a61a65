using EdgeCache.Simulation.Kernel;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Simulation.Network;

/// <summary>
/// The store as one node sees it over its network: every call takes a way up and a way down, each of which may be slow, lost or cut; hints may be lost, doubled or
/// overtaken. What the store does, it does at the moment the request arrives there, also when the answer is lost.
/// </summary>
public sealed class StoreLink : IZoneStore
{
    private readonly WorldNode _node;
    private readonly int _life;
    private readonly IZoneStore _store;

    /// <summary>Links a node, in its present life, to a store whose calls complete at once.</summary>
    public StoreLink(WorldNode node, IZoneStore store, NetworkConditions conditions)
    {
        _node = node;
        _life = node.Life;
        _store = store;
        Conditions = conditions;
    }

    /// <summary>The network.</summary>
    public NetworkConditions Conditions { get; }

    /// <summary>Serials whose hint was sent towards the node and will never arrive there.</summary>
    public List<Position> LostHints { get; } = [];

    /// <summary>Reads of shards that reached the store.</summary>
    public long Reads { get; private set; }

    /// <summary>A follower over this link, with the node's time, chance of its own, and its log in the timeline.</summary>
    internal Follower Follow(FollowerOptions options, params IReadOnlyList<IZoneProjection> projections) =>
        new(this, options, projections, _node.Time, new Random(_node.World.Chance.Next()), new TimelineLog<Follower>(_node));

    /// <inheritdoc/>
    public string Region => _store.Region;

    /// <inheritdoc/>
    public int LongestBatch => _store.LongestBatch;

    /// <inheritdoc/>
    public ValueTask<ShardRead> ReadShardAsync(int shard, IReadOnlyList<ZoneCursor> cursors, int maxEntries, CancellationToken cancellation) => Call(() =>
    {
        Reads++;
        return _store.ReadShardAsync(shard, cursors, maxEntries, CancellationToken.None);
    });

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellation) => Call(() => _store.CommitAsync(request, CancellationToken.None));

    /// <inheritdoc/>
    public ValueTask<Record?> FindAsync(ZoneName zone, RecordKey key, CancellationToken cancellation) => Call(() => _store.FindAsync(zone, key, CancellationToken.None));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Record>> ListAsync(ZoneName zone, RecordKey? after, int max, CancellationToken cancellation) =>
        Call(() => _store.ListAsync(zone, after, max, CancellationToken.None));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<HistoryItem>> HistoryAsync(ZoneName zone, RecordKey key, CancellationToken cancellation) =>
        Call(() => _store.HistoryAsync(zone, key, CancellationToken.None));

    /// <inheritdoc/>
    public ValueTask<ZoneDirectory> ReadDirectoryAsync(CancellationToken cancellation) => Call(() => _store.ReadDirectoryAsync(CancellationToken.None));

    /// <inheritdoc/>
    public async ValueTask PutZoneAsync(ZoneDefinition definition, CancellationToken cancellation) => await Call(async () =>
    {
        await _store.PutZoneAsync(definition, CancellationToken.None);
        return true;
    });

    /// <inheritdoc/>
    public ValueTask<bool> DeleteZoneAsync(ZoneName zone, CancellationToken cancellation) => Call(() => _store.DeleteZoneAsync(zone, CancellationToken.None));

    /// <inheritdoc/>
    public ValueTask<Epoch> OpenEpochAsync(ZoneName zone, uint seenSoaSerial, CancellationToken cancellation) =>
        Call(() => _store.OpenEpochAsync(zone, seenSoaSerial, CancellationToken.None));

    /// <inheritdoc/>
    public async ValueTask PutPeerAsync(ZoneName zone, PeerRegion peer, CancellationToken cancellation) => await Call(async () =>
    {
        await _store.PutPeerAsync(zone, peer, CancellationToken.None);
        return true;
    });

    /// <inheritdoc/>
    public ValueTask<bool> ForgetPeerAsync(ZoneName zone, string region, CancellationToken cancellation) => Call(() => _store.ForgetPeerAsync(zone, region, CancellationToken.None));

    /// <inheritdoc/>
    public async ValueTask ReportAsync(NodeReport report, CancellationToken cancellation) => await Call(async () =>
    {
        await _store.ReportAsync(report, CancellationToken.None);
        return true;
    });

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NodeReport>> NodesAsync(CancellationToken cancellation) => Call(() => _store.NodesAsync(CancellationToken.None));

    /// <inheritdoc/>
    public ValueTask<int> CountNodesAsync(CancellationToken cancellation) => Call(() => _store.CountNodesAsync(CancellationToken.None));

    /// <inheritdoc/>
    public ValueTask<string?> ReadValueAsync(string name, CancellationToken cancellation) => Call(() => _store.ReadValueAsync(name, CancellationToken.None));

    /// <inheritdoc/>
    public ValueTask<bool> ReplaceValueAsync(string name, string? known, string value, CancellationToken cancellation) =>
        Call(() => _store.ReplaceValueAsync(name, known, value, CancellationToken.None));

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<Hint> onHint) => _store.Subscribe(hint => Send(hint, onHint));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Send(Hint hint, Action<Hint> onHint)
    {
        var chance = _node.World.Chance;
        if (_node.Life != _life)
        {
            return;
        }

        if (Conditions.DropsDown || Conditions.IsRefused || chance.NextDouble() < Conditions.HintLoss)
        {
            LostHints.Add(new Position(hint.Zone, hint.Epoch, hint.Serial));
            return;
        }

        Deliver(() => onHint(hint));
        if (chance.NextDouble() < Conditions.HintDuplication)
        {
            Deliver(() => onHint(hint));
        }
    }

    private ValueTask<T> Call<T>(Func<ValueTask<T>> call)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Conditions.IsRefused)
        {
            Deliver(() => answer.TrySetException(new StoreException("connection refused")));
        }
        else if (!Conditions.DropsUp && !IsLost())
        {
            _node.World.After(Delay(), () => Arrive(call, answer));
        }

        return new ValueTask<T>(answer.Task);
    }

    private void Arrive<T>(Func<ValueTask<T>> call, TaskCompletionSource<T> answer)
    {
        var done = call().AsTask();
        if (!done.IsCompleted)
        {
            throw new InvalidOperationException("the store of a simulation answers at once");
        }

        if (!Conditions.DropsDown && !IsLost())
        {
            Deliver(() =>
            {
                if (done.IsCompletedSuccessfully)
                {
                    answer.TrySetResult(done.Result);
                }
                else
                {
                    answer.TrySetException(done.Exception?.InnerException ?? new StoreException("cancelled"));
                }
            });
        }
    }

    private void Deliver(Action action) => _node.World.Enqueue(Delay(), _node, _life, action);

    private bool IsLost() => _node.World.Chance.NextDouble() < Conditions.CallLoss;

    private TimeSpan Delay() => Conditions.MinDelay + _node.World.Within(Conditions.MaxDelay - Conditions.MinDelay);
}
