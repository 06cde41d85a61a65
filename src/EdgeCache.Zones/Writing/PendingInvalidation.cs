using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Writing;

/// <summary>Selectors of one zone that wait to be appended, merged; whoever asked waits for the one position. Its <see cref="Invalidator"/> locks.</summary>
internal sealed class PendingInvalidation
{
    private readonly HashSet<Selector> _selectors = [];

    public PendingInvalidation(ZoneName zone) => Zone = zone;

    /// <summary>The zone.</summary>
    public ZoneName Zone { get; }

    /// <summary>What waits.</summary>
    public IReadOnlyCollection<Selector> Selectors => _selectors;

    /// <summary>Where the last of its entries stands; null when it can never be appended.</summary>
    public TaskCompletionSource<Position?> Appended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Adds selectors; over the bound they fold into the whole zone, which costs fetches and never loses one. True when it folded.</summary>
    public bool Add(IReadOnlyCollection<Selector> selectors, int bound)
    {
        if (_selectors.Contains(Selector.Everything))
        {
            return false;
        }

        _selectors.UnionWith(selectors);
        if (_selectors.Count <= bound && !_selectors.Contains(Selector.Everything))
        {
            return false;
        }

        var folded = !_selectors.Contains(Selector.Everything);
        _selectors.Clear();
        _selectors.Add(Selector.Everything);
        return folded;
    }
}
