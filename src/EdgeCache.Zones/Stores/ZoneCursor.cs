using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>Where a follower stands in a zone when it polls. <see cref="Epoch"/> default: it knows nothing yet.</summary>
public readonly record struct ZoneCursor(ZoneName Zone, Epoch Epoch, long Serial);
