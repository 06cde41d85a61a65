using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Admin;

/// <summary><c>PATCH</c> of a record whose zone merges: counters, sets, maps.</summary>
internal static class RecordPatchEndpoint
{
    public static void MapRecordPatch(this IEndpointRouteBuilder app, AdminParts parts) => app.MapPatch(
        "/zones/{zone}/records/{name}/{type}", (HttpContext context, string zone, string name, string type) => PatchAsync(parts, context, zone, name, type));

    private static async Task<IResult> PatchAsync(AdminParts parts, HttpContext context, string zoneText, string name, string type)
    {
        if (!ZonePath.TryRecord(zoneText, name, type, out var zone, out var key, out var refusal))
        {
            return refusal;
        }

        var (publish, unreadable) = await RecordBody.ReadAsync(context.Request, key, context.RequestAborted).ConfigureAwait(false);
        if (publish is null)
        {
            return unreadable!; // One of the two is there.
        }

        if (!CrdtEdit.TryParse(publish.Value.Span, out var edit, out var allowed))
        {
            return Problem.BadRequest("the body is not an edit", allowed);
        }

        publish = publish with { Value = ReadOnlyMemory<byte>.Empty, ContentType = null, Edit = edit };
        var result = await parts.Publisher.PublishAsync(zone, publish, RecordEndpoints.ContextOf(context), CancellationToken.None).ConfigureAwait(false);
        return RecordEndpoints.Answer(context, zoneText, result, result.WasCreated ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }
}
