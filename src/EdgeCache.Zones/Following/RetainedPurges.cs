using System.Collections.Immutable;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Following;

/// <summary>
/// The purges that the log still holds when a zone is read anew: what they cover is known to be old, however much else is only possibly so (PLANE.md 6), and a change that was read so has been
/// applied as any other. Goes on where the node stood if the log still leads on from there; else the newest <see cref="MaxLookBack"/>.
/// </summary>
internal sealed class RetainedPurges(FloorInterest interest, Func<ZoneCursor, ValueTask<ZoneRead>> read)
{
    /// <summary>Entries looked at: as many as come with one read, since a thousand followers do this at the same time.</summary>
    public const int MaxLookBack = 1_000;

    private const int MaxReads = 4;

    /// <summary>Reads up to the head of <paramref name="start"/>; <paramref name="mine"/> and <paramref name="nonce"/>: the last entry the node applied.</summary>
    public async Task<RetainedRises> ReadAsync(ZoneRead start, ZoneCursor mine, ulong nonce)
    {
        var oldest = Math.Max(start.First - 1, start.Head - MaxLookBack);
        if (mine.Epoch == start.Epoch && mine.Serial >= oldest && mine.Serial <= start.Head)
        {
            var page = await read(mine);
            if (mine.Serial == start.Head ? start.HeadNonce == nonce : page.Entries is [var next, ..] && next.Previous == nonce)
            {
                return await FromAsync(start, mine.Serial);
            }
        }

        return await FromAsync(start, oldest);
    }

    private async Task<RetainedRises> FromAsync(ZoneRead start, long after)
    {
        var rises = ImmutableArray.CreateBuilder<FloorRise>();
        var records = ImmutableDictionary<RecordKey, Record>.Empty;
        var knownFrom = after + 1;
        for (var reads = 0; after < start.Head && reads < MaxReads; reads++)
        {
            var page = await read(new ZoneCursor(start.Zone, start.Epoch, after));
            foreach (var entry in page.Entries.TakeWhile(e => e.Serial <= start.Head))
            {
                // What a record was tagged with before its first change here is not known, so neither is what that change covered.
                knownFrom = IsCoveredInFull(entry.Change, records) ? knownFrom : entry.Serial + 1;
                if (EntryReader.TryRead(records, entry, interest, null, out var effect))
                {
                    rises.AddRange(effect.Rises);
                    records = effect.Records;
                }

                after = entry.Serial;
            }

            if (page.Entries.Count == 0)
            {
                break;
            }
        }

        return new RetainedRises(rises.ToImmutable(), after < start.Head ? start.Head + 1 : knownFrom);
    }

    private static bool IsCoveredInFull(Change change, ImmutableDictionary<RecordKey, Record> records) => change switch
    {
        RecordChange record => records.ContainsKey(record.After.Key),
        BatchChange batch => batch.Changes.All(c => IsCoveredInFull(c, records)),
        _ => true,
    };
}

/// <summary>Floors of entries that are still in the log; what they say is complete from <see cref="KnownFrom"/> on.</summary>
internal readonly record struct RetainedRises(ImmutableArray<FloorRise> Rises, long KnownFrom);
