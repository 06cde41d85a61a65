using System.Text;
using EdgeCache.Simulation.Kernel;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;

namespace EdgeCache.Simulation.Propagation;

/// <summary>
/// Knows when each purge was committed and judges every fresh answer: not older than a purge its node has applied; not older than a purge committed more than max-lag ago,
/// whatever the network did; and not older than a purge committed before its node woke from a sleep.
/// </summary>
internal sealed class Judge
{
    private readonly World _world;
    private readonly TimeSpan _maxLag;
    private readonly List<Committed>[] _purges;
    private readonly Dictionary<string, TimeSpan> _wokeAt = [];
    private readonly Dictionary<Epoch, int> _epochs = [];

    public Judge(World world, int pages, TimeSpan maxLag)
    {
        _world = world;
        _maxLag = maxLag;
        _purges = [.. Enumerable.Range(0, pages).Select(_ => new List<Committed>())];
    }

    /// <summary>How often the store has lost the tail of its log.</summary>
    public int Histories { get; set; }

    /// <summary>How often the store has been emptied: only that excuses a session's answer that is older than what it knew.</summary>
    public int Losses { get; private set; }

    /// <summary>False: a node's position alone counts as what it has applied.</summary>
    public bool CountsUnproven { get; init; } = true;

    public List<string> Violations { get; } = [];

    /// <summary>The store has lost all it held.</summary>
    public void Lost() => Losses++;

    /// <summary>The log goes on in an epoch.</summary>
    public void Opened(Epoch epoch) => _epochs[epoch] = Losses;

    /// <summary>True when a view is not of a store that was emptied since.</summary>
    public bool IsOfThisStore(ZoneView view) => _epochs.TryGetValue(view.Epoch, out var losses) && losses == Losses;

    /// <summary>A purge that covers versions of a page below <paramref name="version"/> is in the log.</summary>
    public void Purged(int page, int version, Position position)
    {
        _purges[page].Add(new Committed(version, _world.Now, position, Histories));
    }

    /// <summary>A node woke from a sleep that its ticker must notice.</summary>
    public void Woke(string node) => _wokeAt[node] = _world.Now;

    public void Served(SimulatedEdge edge, int page, int version)
    {
        var view = edge.Follower.Zones.ForHost(PropagationScenario.Host).View;
        var woke = _wokeAt.GetValueOrDefault(edge.Node.Name, TimeSpan.MinValue);
        foreach (var purge in _purges[page])
        {
            var why = purge.Version <= version ? null
                : HasApplied(view, purge) ? "which it has applied"
                : purge.At < _world.Now - _maxLag ? "longer ago than max-lag"
                : purge.At < woke ? "before it woke"
                : null;
            if (why is not null)
            {
                var text = $"served page {page} version {version} as fresh; version {purge.Version} was purged at {purge.At.TotalMilliseconds:0.0} ms as {purge.Position}, {why}";
                _world.Tell(edge.Node.Name, "VIOLATION " + text);
                Violations.Add($"{edge.Node.Name} {text}");
            }
        }
    }

    /// <summary>
    /// A page was served and named possibly old: then not older than a purge that its node says it has applied, since a change would be told to be everywhere; nor than one committed longer ago than the
    /// limit.
    /// </summary>
    public void ServedPossiblyOld(SimulatedEdge edge, int page, int version, TimeSpan limit)
    {
        var zone = edge.Follower.Zones.ForHost(PropagationScenario.Host);
        var unproven = CountsUnproven ? zone.Doubt?.Unproven : null;
        foreach (var purge in _purges[page])
        {
            var why = purge.Version <= version ? null
                : HasApplied(zone.View, purge) && unproven?.Holds(purge.Position) != true ? "which it says it has applied"
                : purge.At < _world.Now - limit ? "longer ago than the limit"
                : null;
            if (why is not null)
            {
                var text = $"served page {page} version {version} as possibly old; version {purge.Version} was purged at {purge.At.TotalMilliseconds:0.0} ms as {purge.Position}, {why}";
                _world.Tell(edge.Node.Name, "VIOLATION " + text);
                Violations.Add($"{edge.Node.Name} {text}");
            }
        }
    }

    /// <summary>Two records are only ever published together and alike: whoever sees them differ sees half a batch.</summary>
    public void Looked(SimulatedEdge edge, ZoneView view)
    {
        var values = PropagationScenario.Twins.Select(key => view.Records.TryGetValue(key, out var record) ? Convert.ToHexString(record.Value.Span) : "").Distinct();
        if (values.Count() > 1)
        {
            _world.Tell(edge.Node.Name, $"VIOLATION half a batch at {view.Position}");
            Violations.Add($"{edge.Node.Name} half a batch at {view.Position}");
        }
    }

    /// <summary>A store that lost its tail gives serials a second time, so the serial alone does not say which entry a node has applied.</summary>
    private static bool HasApplied(ZoneView view, Committed purge) =>
        purge.Position.Epoch == view.Epoch && purge.Position.Serial <= view.Serial && IsOf(view, purge.History);

    private static bool IsOf(ZoneView view, int history) =>
        view.Records.TryGetValue(PropagationScenario.History, out var told) && Encoding.ASCII.GetString(told.Value.Span) == $"{history}";

    private readonly record struct Committed(int Version, TimeSpan At, Position Position, int History);
}
