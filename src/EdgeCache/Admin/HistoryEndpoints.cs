using System.Text;
using EdgeCache.Client;
using EdgeCache.Client.Model;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Admin;

/// <summary>Versions of a record: list, compare, bring back.</summary>
internal static class HistoryEndpoints
{
    public static void MapHistory(this IEndpointRouteBuilder app, AdminParts parts)
    {
        var record = app.MapGroup("/zones/{zone}/records/{name}/{type}");
        record.MapGet("/history", (string zone, string name, string type, CancellationToken cancellation) => WithHistoryAsync(
            parts, zone, name, type, (_, _, items) => Results.Json(
                new RecordList { Records = [.. items.Select(i => RecordText.ToDocument(i.Record, i.Reason))] }, EdgeCacheClient.Json), cancellation));
        record.MapGet("/diff", (string zone, string name, string type, long from, long to, CancellationToken cancellation) => WithHistoryAsync(
            parts, zone, name, type, (_, key, items) => Find(items, from) is { } older && Find(items, to) is { } newer
                ? Results.Json(
                    new DiffDocument { From = RecordText.ToDocument(older), To = RecordText.ToDocument(newer), Lines = LineDiff.Between(Text(older), Text(newer)) },
                    EdgeCacheClient.Json)
                : NoVersion(key, items), cancellation));
        record.MapPost("/revert", async (HttpContext context, string zone, string name, string type, long to) =>
        {
            Func<Task<IResult>>? write = null;
            var refusal = await WithHistoryAsync(parts, zone, name, type, (apex, key, items) =>
            {
                write = Find(items, to) is { IsDeleted: false } old ? () => RevertAsync(parts, context, apex, old) : null;
                return NoVersion(key, items);
            }, context.RequestAborted).ConfigureAwait(false);
            return write is null ? refusal : await write().ConfigureAwait(false);
        });
    }

    // A new version with the old value: the log never goes back.
    private static async Task<IResult> RevertAsync(AdminParts parts, HttpContext context, ZoneName zone, Record old)
    {
        if (!WritePrecondition.TryParse(RecordBody.Joined(context.Request, "If-Match"), null, out var precondition, out var error))
        {
            return Problem.BadRequest("a precondition cannot be read", error);
        }

        var current = await parts.Store.FindAsync(zone, old.Key, CancellationToken.None).ConfigureAwait(false);
        var publish = new RecordPublish
        {
            Key = old.Key,
            Value = old.Value,
            ContentType = old.ContentType,
            Ttl = old.Ttl,
            Tags = old.Tags,
            Precondition = precondition,
            Reason = HistoryReason.Reverted,
            Seen = current is null ? null : ConcurrentValues.Of(current)?.Context,
        };
        var result = await parts.Publisher.PublishAsync(zone, publish, RecordEndpoints.ContextOf(context), CancellationToken.None).ConfigureAwait(false);
        return RecordEndpoints.Answer(context, zone.Value, result, StatusCodes.Status200OK);
    }

    private static async Task<IResult> WithHistoryAsync(
        AdminParts parts, string zoneText, string name, string type, Func<ZoneName, RecordKey, IReadOnlyList<HistoryItem>, IResult> answer, CancellationToken cancellation)
    {
        if (!ZonePath.TryRecord(zoneText, name, type, out var zone, out var key, out var refusal))
        {
            return refusal;
        }

        var items = await parts.Store.HistoryAsync(zone, key, cancellation).ConfigureAwait(false);
        return items.Count > 0 ? answer(zone, key, items)
            : await Absence.ExplainAsync(parts.Store, zone, cancellation).ConfigureAwait(false) ?? Problem.NotFound($"{zone} has no record {key}");
    }

    private static Record? Find(IReadOnlyList<HistoryItem> items, long serial) => items.FirstOrDefault(i => i.Record.Version.Serial == serial)?.Record;

    private static IResult NoVersion(RecordKey key, IReadOnlyList<HistoryItem> items) => Problem.Of(
        StatusCodes.Status404NotFound, $"{key} has no such version to show", null, "a serial of its history: " + string.Join(", ", items.Take(10).Select(i => i.Record.Version.Serial)));

    private static string Text(Record record) => record.IsDeleted ? "" : Encoding.UTF8.GetString(record.Value.Span);
}
