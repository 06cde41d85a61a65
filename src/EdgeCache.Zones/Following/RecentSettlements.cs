using System.Collections.Immutable;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Following;

/// <summary>
/// The settle times (PLANE.md 7) that may still run when a node reads a zone anew: it fills from now on what a replica that is behind answers, and never applied the purges that
/// say so. Looks back in the log by the store's own clock, a page at a time, and folds into the whole zone what goes back further than <see cref="MaxLookBack"/>. A settle time begins
/// again in full, since no two clocks are compared.
/// </summary>
internal sealed class RecentSettlements(FloorInterest interest, Func<ZoneCursor, ValueTask<ZoneRead>> read)
{
    private const int Page = 200;
    private const int MaxLookBack = 10_000;

    public async Task<IReadOnlyList<Settlement>> ReadAsync(ZoneRead start)
    {
        var found = new List<Settlement>();
        if (interest == FloorInterest.None)
        {
            return found;
        }

        var newest = long.MinValue;
        for (var (end, oldest) = (start.Head, Math.Max(start.First, start.Head - MaxLookBack + 1)); end >= oldest;)
        {
            var from = Math.Max(oldest, end - Page + 1);
            var page = await read(new ZoneCursor(start.Zone, start.Epoch, from - 1));
            var entries = page.Entries.TakeWhile(e => e.Serial <= end).ToList();
            if (entries.Count == 0)
            {
                break;
            }

            newest = Math.Max(newest, entries[^1].CommittedAt);
            found.AddRange(entries.Where(e => e.CommittedAt >= newest - PurgeChange.MaxSettle).SelectMany(Of));
            if (entries[0].CommittedAt < newest - PurgeChange.MaxSettle)
            {
                break;
            }

            end = from - 1;
            if (end < oldest && oldest > start.First)
            {
                found.Add(new Settlement(TimeSpan.FromMilliseconds(PurgeChange.MaxSettle), [new FloorRise(Selector.Everything, PurgeMode.Soft)]));
            }
        }

        return found;
    }

    private IEnumerable<Settlement> Of(LogEntry entry) =>
        EntryReader.TryRead(ImmutableDictionary<RecordKey, Record>.Empty, entry, interest, null, out var effect) ? effect.Settlements : [];
}
