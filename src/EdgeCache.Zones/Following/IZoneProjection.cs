using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Following;

/// <summary>
/// Something derived from a zone's records (a DNS snapshot) that must change in the same swap as the records (PLANE.md 24).
/// Pure: same input, same result; results are immutable. Called on the follower's applier only.
/// </summary>
public interface IZoneProjection
{
    /// <summary>Builds it from scratch, for a new or resynced zone.</summary>
    object Build(ZoneView view);

    /// <summary>Carries it over one log entry; <paramref name="after"/> already holds the entry's records.</summary>
    object Apply(object before, LogEntry entry, ZoneView after);
}
