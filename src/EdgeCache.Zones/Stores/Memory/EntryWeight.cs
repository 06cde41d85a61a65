using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores.Memory;

/// <summary>About how many bytes a log entry takes in memory. Pure.</summary>
internal static class EntryWeight
{
    private const long OfEntry = 600;
    private const long OfSelector = 64;
    private const long OfRecord = 400;

    public static long Of(LogEntry entry) => OfEntry + Of(entry.Change);

    private static long Of(Change change) => change switch
    {
        PurgeChange purge => purge.Selectors.Sum(s => OfSelector + (2L * (s.Value.Length + s.Type.Length))),
        RecordChange record => Of(record.After) + Of(record.Before),
        BatchChange batch => batch.Changes.Sum(Of),
        _ => 0,
    };

    private static long Of(Record? record) => record is null ? 0 : OfRecord + record.Value.Length + record.Context.Length + record.Tags.Sum(t => 2L * t.Length);
}
