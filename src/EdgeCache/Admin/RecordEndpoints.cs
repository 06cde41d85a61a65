using System.Text;
using EdgeCache.Client;
using EdgeCache.Client.Model;
using EdgeCache.Dns.Data;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCache.Admin;

/// <summary>Records: publish, read, delete, list.</summary>
internal static class RecordEndpoints
{
    private const int PageLength = 500;

    public static void MapRecords(this IEndpointRouteBuilder app, AdminParts parts)
    {
        var records = app.MapGroup("/zones/{zone}/records");
        records.MapGet("/", (string zone, string? after, CancellationToken cancellation) => ListAsync(parts, zone, after, cancellation));
        records.MapPut("/{name}/{type}", (HttpContext context, string zone, string name, string type) => PutAsync(parts, context, zone, name, type));
        records.MapDelete("/{name}/{type}", (HttpContext context, string zone, string name, string type) => DeleteAsync(parts, context, zone, name, type, erases: false));
        records.MapPost("/{name}/{type}/erase", (HttpContext context, string zone, string name, string type) => DeleteAsync(parts, context, zone, name, type, erases: true));
        records.MapMethods("/{name}/{type}", ["GET", "HEAD"], (HttpContext context, string zone, string name, string type) => GetAsync(parts, context, zone, name, type));
    }

    private static async Task<IResult> PutAsync(AdminParts parts, HttpContext context, string zoneText, string name, string type)
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

        // Not the request's token: a commit under way is not taken back by a caller that hangs up.
        var result = await parts.Publisher.PublishAsync(zone, publish, ContextOf(context, zone, publish), CancellationToken.None).ConfigureAwait(false);
        return Answer(context, zoneText, result, result.WasCreated ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<IResult> DeleteAsync(AdminParts parts, HttpContext context, string zoneText, string name, string type, bool erases)
    {
        if (!ZonePath.TryRecord(zoneText, name, type, out var zone, out var key, out var refusal))
        {
            return refusal;
        }

        if (!WritePrecondition.TryParse(RecordBody.Joined(context.Request, "If-Match"), RecordBody.Joined(context.Request, "If-None-Match"), out var precondition, out var error))
        {
            return Problem.BadRequest("a precondition cannot be read", error);
        }

        if (!RecordBody.TryContext(context.Request, out var seen, out error))
        {
            return Problem.BadRequest("Edge-Context cannot be read", error);
        }

        var delete = new RecordDelete { Key = key, Precondition = precondition, Seen = seen, Erases = erases };
        var result = await parts.Publisher.DeleteAsync(zone, delete, ContextOf(context), CancellationToken.None).ConfigureAwait(false);
        return Answer(context, zoneText, result, StatusCodes.Status200OK);
    }

    private static async Task<IResult> GetAsync(AdminParts parts, HttpContext context, string zoneText, string name, string type)
    {
        if (!ZonePath.TryRecord(zoneText, name, type, out var zone, out var key, out var refusal))
        {
            return refusal;
        }

        // The store is the primary: every level holds.
        if (!Consistency.TryParse(RecordBody.Joined(context.Request, "Edge-Consistency"), out _, out var unreadable))
        {
            return Problem.BadRequest("Edge-Consistency cannot be read", unreadable);
        }

        if (await parts.Store.FindAsync(zone, key, context.RequestAborted).ConfigureAwait(false) is not { } record)
        {
            return await Absence.ExplainAsync(parts.Store, zone, context.RequestAborted).ConfigureAwait(false) ?? Problem.NotFound($"{zone} has no record {key}");
        }

        return RecordAnswer.Of(context, record);
    }

    private static async Task<IResult> ListAsync(AdminParts parts, string zoneText, string? after, CancellationToken cancellation)
    {
        if (!ZonePath.TryZone(zoneText, out var zone, out var refusal))
        {
            return refusal;
        }

        RecordKey? from = null;
        if (after is not null)
        {
            if (after.Split('/') is not [var name, var type] || !RecordKey.TryParse(name, type, out var key, out _))
            {
                return Problem.BadRequest($"'{after}' is not a place in the list", "what 'next' of the page before says: name/type");
            }

            from = key;
        }

        var page = await parts.Store.ListAsync(zone, from, PageLength, cancellation).ConfigureAwait(false);
        if (page.Count == 0 && await Absence.ExplainAsync(parts.Store, zone, cancellation).ConfigureAwait(false) is { } problem)
        {
            return problem;
        }

        return Results.Json(
            new RecordList { Records = [.. page.Select(r => RecordText.ToDocument(r))], Next = page.Count < PageLength ? null : page[^1].Key.ToString() },
            EdgeCacheClient.Json);
    }

    /// <summary>The writer's change id, and the clock of its token: what it writes is later than what it has seen (PLANE.md 27).</summary>
    internal static WriteContext ContextOf(HttpContext context) => new() { ChangeId = RecordBody.Joined(context.Request, "Edge-Change"), Seen = TokenOf(context).Clock };

    /// <summary>The same, and the serial of the SOA that is published: the zone takes it when it is later than its own.</summary>
    internal static WriteContext ContextOf(HttpContext context, ZoneName zone, params IEnumerable<RecordPublish> publishes) => ContextOf(context) with { SoaSerial = SoaText.SerialOf(zone, publishes) };

    /// <summary>The caller's token with what it has just written; a token that is not ours is left aside.</summary>
    internal static string TokenFor(HttpContext context, IEnumerable<WriteResult> results)
    {
        var tokens = context.RequestServices.GetRequiredService<SessionTokens>();
        return tokens.Write(results.Aggregate(TokenOf(context), (t, r) => t.WithWrote(r.Position).WithClock(r.Clock)));
    }

    private static SessionToken TokenOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<SessionTokens>().TryRead(context.Request.Headers["Edge-Session"], out var token) == TokenOutcome.Valid ? token : SessionToken.Empty;

    internal static IResult Answer(HttpContext context, string zone, WriteResult result, int status)
    {
        var headers = context.Response.Headers;
        if (!result.IsCommitted)
        {
            if (result.Current is { } current)
            {
                headers.ETag = current.ETag;
            }

            return result.Outcome == WriteOutcome.UnknownZone ? Problem.NoSuchZone(zone) : Problem.Of(result);
        }

        WriteTrace.End(context, result, HttpMethods.IsDelete(context.Request.Method) ? "delete" : "publish");
        var written = result.Written.Count > 0 ? result.Written[0] : null;
        headers["Edge-Change"] = result.Position.ToString();
        headers["Edge-Session"] = TokenFor(context, [result]);
        if (written is not null)
        {
            headers.ETag = written.ETag;
            RecordAnswer.Describe(headers, written);
        }

        return Results.Json(
            new
            {
                change = result.Position.ToString(),
                writerId = result.ChangeId,
                outcome = result.Outcome == WriteOutcome.Superseded ? "superseded" : "committed",
                etag = written?.ETag,
                reason = result.Losers.FirstOrDefault(l => l is not null),
            },
            EdgeCacheClient.Json,
            statusCode: status);
    }
}
