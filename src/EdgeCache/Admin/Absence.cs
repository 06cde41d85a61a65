using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Admin;

/// <summary>Why the store shows nothing of a zone: an emptied one knows nothing, and must not say that something is not there.</summary>
internal static class Absence
{
    /// <summary>404 without such a zone, 503 <c>store-lost</c> when its log is gone; null when what was looked for is really not there.</summary>
    public static async Task<IResult?> ExplainAsync(IZoneStore store, ZoneName zone, CancellationToken cancellation) =>
        (await store.ReadDirectoryAsync(cancellation).ConfigureAwait(false)).Find(zone) is null ? Problem.NoSuchZone(zone.Value)
        : !(await ChangeLog.HeadAsync(store, zone, cancellation).ConfigureAwait(false)).Exists ? Problem.StoreLost(zone)
        : null;
}
