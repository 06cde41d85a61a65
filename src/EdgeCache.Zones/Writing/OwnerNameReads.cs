using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Writing;

/// <summary>Looks whether a publish may stand at its owner name beside what the store and the rest of its batch have there (PLANE.md 28).</summary>
internal static class OwnerNameReads
{
    private const int MaxTypes = 256;

    /// <summary>What is in the way, or null.</summary>
    public static async ValueTask<string?> FaultAsync(
        IZoneStore store, ZoneName zone, WriteBatch batch, ILookup<string, RecordPublish> owners, RecordKey key, CancellationToken cancellation)
    {
        if (!key.IsDns)
        {
            return null;
        }

        if (owners[key.Name].FirstOrDefault(p => OwnerNames.Exclude(p.Key.Type, key.Type)) is { } beside)
        {
            return Text(key, beside.Key);
        }

        var there = key.Type == "CNAME"
            ? await store.ListAsync(zone, key with { Type = "" }, MaxTypes, cancellation).ConfigureAwait(false)
            : await store.FindAsync(zone, key with { Type = "CNAME" }, cancellation).ConfigureAwait(false) is { } alias ? [alias] : [];
        var other = there.FirstOrDefault(r => !r.IsDeleted && r.Key.Name == key.Name && OwnerNames.Exclude(r.Key.Type, key.Type)
            && !batch.Deletes.Any(d => d.Key == r.Key));
        return other is null ? null : Text(key, other.Key);
    }

    private static string Text(RecordKey key, RecordKey other) =>
        $"{key} cannot stand beside {other}: a CNAME stands alone at its name (RFC 2181 section 10.1); delete the other in the same batch";
}
