using System.Text.Json;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// What a store remembers of zones that were removed on purpose: a directory without a zone proves nothing to a read replica, since one that was emptied, or is another, lacks it too.
/// A name stays noted when a zone of that name is made again; it counts only while the directory lacks it. Thread-safe over the store.
/// </summary>
public static class RemovedZones
{
    /// <summary>Names kept, the latest first: a replica that was away through more removals keeps the zones of the earliest.</summary>
    public const int MaxKept = 1_000;

    private const int MaxAttempts = 100;

    /// <summary>Notes a removal. Call it before the zone goes: an end in between leaves a note of a zone that is there, which says nothing.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public static async Task NoteAsync(IZoneStore store, ZoneName zone, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var known = await store.ReadValueAsync(StoredValues.Removed, cancellation);
            var names = Parse(known);
            if (names is [var last, ..] && last == zone)
            {
                return;
            }

            var next = JsonSerializer.Serialize(names.Where(n => n != zone).Prepend(zone).Take(MaxKept).Select(n => n.Value));
            if (await store.ReplaceValueAsync(StoredValues.Removed, known, next, cancellation))
            {
                return;
            }
        }

        throw new StoreException($"the removal of {zone} could not be noted: others note removals all the time");
    }

    /// <summary>The names noted, the latest first.</summary>
    /// <exception cref="StoreException">The store failed.</exception>
    public static async ValueTask<IReadOnlyList<ZoneName>> ReadAsync(IZoneStore store, CancellationToken cancellation) =>
        Parse(await store.ReadValueAsync(StoredValues.Removed, cancellation));

    private static List<ZoneName> Parse(string? text) => text is null ? [] : [.. RegionWire.ReadZones(System.Text.Encoding.UTF8.GetBytes(text))];
}
