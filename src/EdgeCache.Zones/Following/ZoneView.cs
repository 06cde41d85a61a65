using System.Collections.Immutable;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Following;

/// <summary>
/// What one follower knows of a zone after one log entry: position, records, and what is derived of them. Immutable; swapped whole once per entry,
/// so no reader ever sees half a batch (PLANE.md 24).
/// </summary>
public sealed class ZoneView
{
    /// <summary>Makes a view.</summary>
    public ZoneView(ZoneName zone, Epoch epoch, long serial, uint soaSerial, ImmutableDictionary<RecordKey, Record> records, ImmutableArray<object> projections)
    {
        Zone = zone;
        Epoch = epoch;
        Serial = serial;
        SoaSerial = soaSerial;
        Records = records;
        Projections = projections;
    }

    /// <summary>The zone.</summary>
    public ZoneName Zone { get; }

    /// <summary>Epoch of the log; <c>default</c> before the first read.</summary>
    public Epoch Epoch { get; }

    /// <summary>Serial applied last; 0 when none was.</summary>
    public long Serial { get; }

    /// <summary>SOA serial at <see cref="Serial"/>.</summary>
    public uint SoaSerial { get; }

    /// <summary>Per other region: the last of its entries that is applied here (PLANE.md 25).</summary>
    public IReadOnlyList<OriginStamp> Vector { get; init; } = [];

    /// <summary>Current records, tombstones included.</summary>
    public ImmutableDictionary<RecordKey, Record> Records { get; }

    /// <summary>Results of the follower's projections, in their order.</summary>
    public ImmutableArray<object> Projections { get; }

    /// <summary>Position on the wire.</summary>
    public Position Position => new(Zone, Epoch, Serial);

    /// <summary>The result of the projection that makes a <typeparamref name="T"/>; null when this follower has none.</summary>
    public T? Projection<T>()
        where T : class
    {
        foreach (var projection in Projections)
        {
            if (projection is T found)
            {
                return found;
            }
        }

        return null;
    }
}
