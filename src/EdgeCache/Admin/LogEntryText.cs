using EdgeCache.Zones.Log;

namespace EdgeCache.Admin;

/// <summary>A log entry as JSON.</summary>
internal static class LogEntryText
{
    public static object ToJson(LogEntry entry) => new
    {
        change = entry.Position.ToString(),
        serial = entry.Serial,
        writerId = entry.ChangeId,
        kind = Kind(entry.Change),
        committedAt = entry.CommittedAt,
        clock = entry.Clock.ToString(),
        soaSerial = entry.SoaSerial,
        origin = new { region = entry.Origin.Region, epoch = entry.Origin.Epoch.ToString(), serial = entry.Origin.Serial },
        what = ToJson(entry.Change),
    };

    public static string Kind(Change change) => change switch
    {
        RecordChange { After.IsDeleted: true } => "delete",
        RecordChange => "publish",
        PurgeChange => "purge",
        _ => "batch",
    };

    private static object ToJson(Change change) => change switch
    {
        RecordChange record => new { record = RecordText.ToDocument(record.After, record.Loser) },
        PurgeChange purge => new { select = purge.Selectors.Select(SelectorText.ToJson), mode = purge.Mode == PurgeMode.Hard ? "hard" : "soft", settle = purge.SettleMilliseconds },
        BatchChange { Changes: { Count: > BatchChange.MaxChanges } all } => new { changes = all.Take(BatchChange.MaxChanges).Select(ToJson), of = all.Count },
        BatchChange batch => new { changes = batch.Changes.Select(ToJson) },
        _ => new { },
    };
}
