using System.Diagnostics.CodeAnalysis;
using System.Text;
using EdgeCache.Client;
using EdgeCache.Client.Model;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Admin;

/// <summary><c>POST /zones/{zone}/batch</c>: changes that become visible together, or not at all.</summary>
internal static class BatchEndpoints
{
    /// <summary>Longest body, bytes: a whole zone's.</summary>
    private const long MaxLength = 64 << 20;

    public static void MapBatch(this IEndpointRouteBuilder app, AdminParts parts) =>
        app.MapPost("/zones/{zone}/batch", async (HttpContext context, string zone, BatchDocument? document) =>
        {
            if (!ZonePath.TryZone(zone, out var name, out var refusal) || !TryBatch(document, parts.Store.LongestBatch, out var batch, out refusal))
            {
                return refusal;
            }

            var caller = AdminGate.CallerOf(context);
            if (!batch.Purges.All(p => caller.MayPurge(name, p.Selectors)))
            {
                return AdminGate.Denied(caller, $"purge:{zone}");
            }

            var result = await parts.Publisher.BatchAsync(name, batch, RecordEndpoints.ContextOf(context, name, batch.Publishes), CancellationToken.None).ConfigureAwait(false);
            return RecordEndpoints.Answer(context, zone, result, StatusCodes.Status200OK);
        }).WithMetadata(new RequestSizeLimitAttribute(MaxLength), new TakesLongBatch());

    private static bool TryBatch(BatchDocument? document, int longest, [NotNullWhen(true)] out WriteBatch? batch, [NotNullWhen(false)] out IResult? refusal)
    {
        batch = null;
        refusal = null;
        var most = document is { IsWholeZone: true } ? longest : BatchChange.MaxChanges;
        if (document?.Changes is not { Count: > 0 } changes || changes.Count > most)
        {
            refusal = Problem.BadRequest("the batch has no changes, or too many", $"\"changes\": 1 to {most} of {{\"publish\"}}, {{\"delete\"}}, {{\"purge\"}}");
            return false;
        }

        var (publishes, deletes, purges) = (new List<RecordPublish>(), new List<RecordDelete>(), new List<PurgeChange>());
        var pace = WholeZonePace.For(changes.Count);
        for (var i = 0; i < changes.Count && refusal is null; i++)
        {
            pace?.Step();
            refusal = changes[i] switch
            {
                { Publish: { } publish, Delete: null, Purge: null } => Add(publish, publishes),
                { Publish: null, Delete: { } delete, Purge: null } => Add(delete, deletes),
                { Publish: null, Delete: null, Purge: { } purge } => SelectorText.TryPurge(purge, out var change, out var why) ? Keep(purges, change) : why,
                _ => Problem.BadRequest($"changes[{i}] is not one change", "exactly one of publish, delete, purge"),
            };
        }

        // The document lives as long as its request, and may be a whole zone: what was read of it is given up.
        (changes as List<BatchItem>)?.Clear();
        batch = new WriteBatch { Publishes = publishes, Deletes = deletes, Purges = purges, IsPartOfWholeZone = document.IsWholeZone };
        return refusal is null;
    }

    private static IResult? Add(PublishDocument document, List<RecordPublish> publishes)
    {
        if (!RecordKey.TryParse(document.Name, document.Type, out var key, out var error))
        {
            return Problem.BadRequest($"publish of '{document.Name}/{document.Type}' names no record", error);
        }

        byte[] value;
        try
        {
            value = document.Base64 is { } base64 ? Convert.FromBase64String(base64) : Encoding.UTF8.GetBytes(document.Value ?? "");
        }
        catch (FormatException)
        {
            return Problem.BadRequest($"publish of {key}: base64 is not base 64", "\"value\" as text, or \"base64\"");
        }

        if (!WritePrecondition.TryParse(document.IfMatch, document.IfNoneMatch, out var precondition, out error))
        {
            return Problem.BadRequest($"publish of {key}: a precondition cannot be read", error);
        }

        return Keep(publishes, new RecordPublish
        {
            Key = key,
            Value = value,
            ContentType = key.IsDns ? null : document.ContentType,
            Ttl = document.Ttl,
            Tags = document.Tags ?? [],
            Precondition = precondition,
        });
    }

    private static IResult? Add(DeleteDocument document, List<RecordDelete> deletes)
    {
        if (!RecordKey.TryParse(document.Name, document.Type, out var key, out var error))
        {
            return Problem.BadRequest($"delete of '{document.Name}/{document.Type}' names no record", error);
        }

        return WritePrecondition.TryParse(document.IfMatch, null, out var precondition, out error)
            ? Keep(deletes, new RecordDelete { Key = key, Precondition = precondition })
            : Problem.BadRequest($"delete of {key}: a precondition cannot be read", error);
    }

    private static IResult? Keep<T>(List<T> list, T item)
    {
        list.Add(item);
        return null;
    }
}
