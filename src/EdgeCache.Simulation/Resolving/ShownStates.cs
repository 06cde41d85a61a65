using EdgeCache.Dns.Authority;
using EdgeCache.Simulation.Kernel;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;

namespace EdgeCache.Simulation.Resolving;

/// <summary>The real projection of a DNS zone, and when a node came to show each state of the zone.</summary>
internal sealed class ShownStates(WorldNode node, ZoneTruth truth) : IZoneProjection
{
    private readonly DnsZoneProjection _projection = new();
    private readonly List<(int State, TimeSpan At, bool ByEntry)> _shown = [];

    /// <summary>Since when the node shows a state or a later one; null: it does not yet.</summary>
    public TimeSpan? Since(int state)
    {
        var first = _shown.FindIndex(s => s.State >= state);
        return first < 0 ? null : _shown[first].At;
    }

    /// <summary>Since when, if it came to it entry by entry; null where the zone was read anew: what was asked for meanwhile may be newer than that.</summary>
    public TimeSpan? AppliedAt(int state)
    {
        var first = _shown.FindIndex(s => s.State >= state);
        return first >= 0 && _shown[first].ByEntry ? _shown[first].At : null;
    }

    /// <inheritdoc/>
    public object Build(ZoneView view)
    {
        Note(view, false);
        return _projection.Build(view);
    }

    /// <inheritdoc/>
    public object Apply(object before, LogEntry entry, ZoneView after)
    {
        Note(after, true);
        return _projection.Apply(before, entry, after);
    }

    private void Note(ZoneView view, bool byEntry)
    {
        if (view.Zone == ResolverScenario.Zone && truth.Of(view) is { } state && (_shown.Count == 0 || _shown[^1].State < state))
        {
            _shown.Add((state, node.World.Now, byEntry));
        }
    }
}
