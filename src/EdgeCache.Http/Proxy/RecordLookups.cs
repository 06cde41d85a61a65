using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Levels;
using EdgeCache.Http.Rules;
using EdgeCache.Zones.Conflicts;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Sessions;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Http.Proxy;

/// <summary>Records as this node knows them, under a path that never reaches the upstream: <c>/.well-known/edgecache/records/{zone}/{name}/{type}</c>.</summary>
internal sealed class RecordLookups(EdgeNode node, LevelGate levels, UpperRecords upper)
{
    private const string Prefix = "/.well-known/edgecache/records/";

    /// <summary>True when the path is ours.</summary>
    public static bool IsFor(HttpContext context) => context.Request.Path.Value?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>Answers a look-up.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await SayAsync(context, StatusCodes.Status405MethodNotAllowed, "a record look-up is a GET or HEAD; publish on the origin's admin API").ConfigureAwait(false);
            return;
        }

        if (context.Request.Path.Value![Prefix.Length..].Split('/') is not [var zoneText, var name, var type]) // IsFor has seen the path.
        {
            await SayAsync(context, StatusCodes.Status400BadRequest, $"a record is {Prefix}ZONE/NAME/TYPE").ConfigureAwait(false);
            return;
        }

        if (!ZoneName.TryParse(zoneText, out var zoneName, out var error) || !RecordKey.TryParse(name, type, out var key, out error))
        {
            await SayAsync(context, StatusCodes.Status400BadRequest, error).ConfigureAwait(false);
            return;
        }

        if (!LevelReader.TryRead(context, node.Options, out var asked, out error))
        {
            await LevelRefusal.UnreadableAsync(context, node, error).ConfigureAwait(false);
            return;
        }

        var zones = node.Follower.Zones;
        if (zones.Find(zoneName) is not { } zone)
        {
            await (zones.IsKnown ? SayAsync(context, StatusCodes.Status404NotFound, $"there is no zone {zoneName}") : BeforeDirectoryAsync(context, asked)).ConfigureAwait(false);
            return;
        }

        if (node.Follower.HealthOf(zone, node.Time.GetTimestamp()) == PlaneHealth.Suspect)
        {
            await node.Follower.AwaitFreshAsync(zone, node.Options.PlaneWait, context.RequestAborted).ConfigureAwait(false);
        }

        await AnswerAsync(context, zone, key, asked).ConfigureAwait(false);
    }

    /// <summary>A node that has never reached the store cannot say that a zone is not there.</summary>
    private async Task BeforeDirectoryAsync(HttpContext context, AskedLevel asked)
    {
        if (!upper.IsTier || !await upper.TryForwardAsync(context, asked).ConfigureAwait(false))
        {
            await LevelRefusal.AnswerAsync(context, node, GateReason.HorizonTooOld, asked).ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(HttpContext context, ZoneState zone, RecordKey key, AskedLevel asked)
    {
        var given = ReferenceEquals(asked, AskedLevel.Nothing) ? null : asked;
        var decision = await levels.PassAsync(zone, ReadSubject.Record, asked, context.RequestAborted).ConfigureAwait(false);
        zone = node.Follower.Zones.Find(zone.Zone) ?? zone;
        var view = decision.View ?? zone.View;
        if (decision.Action == GateAction.Serve && view.Epoch == default)
        {
            // Never read, and maybe lost with the store: what is not there is not known, at no level.
            decision = new GateDecision(GateAction.AskUpstream, GateReason.HorizonTooOld);
        }

        if (decision.Action == GateAction.Serve)
        {
            var status = zone.IsLagging(node.Time.GetTimestamp()) ? $"{node.Name}; hit; detail={CacheReason.PlaneLagging.Text()}" : $"{node.Name}; hit";
            SessionFields.Write(context, node, given, view.Position);
            await ShowAsync(context, zone.Zone, key, view.Records.GetValueOrDefault(key), view.Position, status).ConfigureAwait(false);
            return;
        }

        if (decision.Action == GateAction.Refuse)
        {
            await LevelRefusal.AnswerAsync(context, node, decision.Reason, asked).ConfigureAwait(false);
            return;
        }

        if (upper.IsTier)
        {
            if (!await upper.TryForwardAsync(context, asked).ConfigureAwait(false))
            {
                await LevelRefusal.AnswerAsync(context, node, decision.Reason, asked).ConfigureAwait(false);
            }

            return;
        }

        if (await upper.TryReadAsync(zone.Zone, key, asked, decision.Reason, context.RequestAborted).ConfigureAwait(false) is not { } found)
        {
            await LevelRefusal.AnswerAsync(context, node, decision.Reason, asked).ConfigureAwait(false);
            return;
        }

        SessionFields.Write(context, node, given, found.Position);
        await ShowAsync(context, zone.Zone, key, found.Record, found.Position, $"{node.Name}; fwd=bypass; detail={decision.Reason.Text()}").ConfigureAwait(false);
    }

    private async Task ShowAsync(HttpContext context, ZoneName zone, RecordKey key, Record? record, Position position, string status)
    {
        var headers = context.Response.Headers;
        headers["Cache-Status"] = status;
        headers["Edge-Position"] = position.ToString();
        if (record is null)
        {
            headers.CacheControl = $"max-age={node.Options.NegativeTtl}";
            await SayAsync(context, StatusCodes.Status404NotFound, $"{zone} has no {key}").ConfigureAwait(false);
            return;
        }

        var age = Math.Max(0, (node.Time.GetUtcNow().ToUnixTimeMilliseconds() - record.CommittedAt) / 1000);
        headers.ETag = record.ETag;
        headers["Edge-Version"] = $"{record.Version.Serial}.{record.Version.Clock}.{record.Version.Origin}";
        headers.CacheControl = $"max-age={record.Ttl}";
        headers.Age = (age % Math.Max(1, record.Ttl)).ToString(CultureInfo.InvariantCulture);
        if (record.IsDeleted)
        {
            await SayAsync(context, StatusCodes.Status410Gone, $"{key} was deleted").ConfigureAwait(false);
            return;
        }

        if (context.Request.Headers.IfNoneMatch == record.ETag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (ConcurrentValues.Of(record) is { } concurrent)
        {
            headers["Edge-Context"] = concurrent.Context.ToString();
            headers["Siblings"] = concurrent.Values.Count.ToString(CultureInfo.InvariantCulture);
            if (concurrent.IsContested)
            {
                await WriteAsync(context, "application/json", ConcurrentJson(zone, concurrent, position), StatusCodes.Status300MultipleChoices).ConfigureAwait(false);
                return;
            }
        }

        var isJson = context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase);
        headers.Vary = "Accept";
        await WriteAsync(context, isJson ? "application/json" : record.ContentType, isJson ? JsonSerializer.SerializeToUtf8Bytes(Fields(zone, record, position)) : record.Value, StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private static async Task WriteAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (context.Request.Method == "GET")
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>Every value, the last writer's first: the reader chooses, and a publish with the context replaces them.</summary>
    private static byte[] ConcurrentJson(ZoneName zone, ConcurrentValues concurrent, Position position) =>
        JsonSerializer.SerializeToUtf8Bytes(new { siblings = concurrent.Values.Select(v => Fields(zone, v, position)), context = concurrent.Context.ToString() });

    private static object Fields(ZoneName zone, Record record, Position position) => new
    {
        zone = zone.Value,
        name = record.Key.Name,
        type = record.Key.Type,
        ttl = record.Ttl,
        contentType = record.ContentType,
        tags = record.Tags,
        version = new { serial = record.Version.Serial, clock = record.Version.Clock.ToString(), origin = record.Version.Origin },
        etag = record.ETag,
        committedAt = DateTimeOffset.FromUnixTimeMilliseconds(record.CommittedAt).ToString("O", CultureInfo.InvariantCulture),
        position = position.ToString(),
        value = record.Key.IsDns || record.ContentType.StartsWith("text/", StringComparison.Ordinal) ? Encoding.UTF8.GetString(record.Value.Span) : null,
        base64 = record.Key.IsDns || record.ContentType.StartsWith("text/", StringComparison.Ordinal) ? null : Convert.ToBase64String(record.Value.Span),
    };

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        return context.Request.Method == "HEAD" ? Task.CompletedTask : context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
