using EdgeCache.Client;
using EdgeCache.Client.Model;
using EdgeCache.Configuration;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Admin;

/// <summary><c>GET /changes/{id}</c> and <c>…/wait</c>: the timeline of a change, node by node.</summary>
internal static class ChangeEndpoints
{
    public static void MapChanges(this IEndpointRouteBuilder app, AdminParts parts)
    {
        app.MapGet("/changes/{id}", async (string id, CancellationToken cancellation) =>
        {
            if (await FindAsync(parts, id, cancellation).ConfigureAwait(false) is not { } position)
            {
                return NotAnId(id);
            }

            var nodes = await parts.Waits.LookAsync(position, cancellation).ConfigureAwait(false);
            return await AnswerAsync(parts, position, nodes.All(n => n.Outcome == NodeOutcome.Applied), nodes, cancellation).ConfigureAwait(false);
        });
        app.MapGet("/changes/{id}/wait", (string id, string? @for, string? timeout, CancellationToken cancellation) => WaitAsync(parts, id, @for, timeout, cancellation));
    }

    private static async ValueTask<Position?> FindAsync(AdminParts parts, string id, CancellationToken cancellation) =>
        Position.TryParse(id, out var position) ? position : await parts.Publisher.FindChangeAsync(id, cancellation).ConfigureAwait(false);

    private static async Task<IResult> WaitAsync(AdminParts parts, string id, string? target, string? timeout, CancellationToken cancellation)
    {
        if (await FindAsync(parts, id, cancellation).ConfigureAwait(false) is not { } position)
        {
            return NotAnId(id);
        }

        var limit = WaitRequest.DefaultTimeout;
        if (timeout is not null && (!DurationText.TryParse(timeout, out limit) || limit > WaitRequest.MaxTimeout))
        {
            return Problem.BadRequest($"timeout: '{timeout}' is not taken", $"{DurationText.Allowed}, at most {DurationText.Format(WaitRequest.MaxTimeout)}");
        }

        if (!WaitRequest.TryParseScope(target, out var scope, out var names))
        {
            return Problem.BadRequest($"for: '{target}' is nobody", "all, quorum, or names of nodes");
        }

        var result = await parts.Waits.WaitAsync(new WaitRequest { Position = position, Scope = scope, Nodes = names, Timeout = limit }, cancellation).ConfigureAwait(false);
        return result.Outcome == WaitOutcome.TooManyWaiting
            ? Problem.Of(StatusCodes.Status503ServiceUnavailable, "too many wait already", null, $"at most {ChangeWait.MaxWaiting} at once; try again")
            : await AnswerAsync(parts, position, result.Outcome == WaitOutcome.Done, result.Nodes, cancellation).ConfigureAwait(false);
    }

    private static async Task<IResult> AnswerAsync(AdminParts parts, Position position, bool done, IReadOnlyList<NodeProgress> nodes, CancellationToken cancellation)
    {
        var head = await ChangeLog.HeadAsync(parts.Store, position.Zone, cancellation).ConfigureAwait(false);
        if (!head.Exists)
        {
            return await Absence.ExplainAsync(parts.Store, position.Zone, cancellation).ConfigureAwait(false) ?? Problem.NoSuchZone(position.Zone.Value);
        }

        var entry = await ChangeLog.FindAsync(parts.Store, position, cancellation).ConfigureAwait(false);
        var around = entry is null ? null : await ChangeTimeline.AroundAsync(parts.Store, position.Zone, entry.Change, cancellation).ConfigureAwait(false);
        return Results.Json(
            new ChangeDocument
            {
                Change = position.ToString(),
                WriterId = entry?.ChangeId,
                Kind = entry is null ? null : LogEntryText.Kind(entry.Change),
                AcceptedAt = entry?.CommittedAt,
                HintedAt = parts.Hints.SeenAt(position),
                LastOldAnswerAt = entry is null ? null : ChangeTimeline.LastOldAnswer(entry.Change, nodes, around!), // read above
                IsDone = done,
                Missing = [.. nodes.Where(n => n.Outcome is NodeOutcome.Waiting or NodeOutcome.Missing).Select(n => n.Node)],
                Nodes = [.. nodes.Select(n => new ChangeProgress { Node = n.Node, Role = n.Role, State = n.Outcome.Text(), SeenAppliedAt = n.AppliedAt })],
            },
            EdgeCacheClient.Json);
    }

    private static IResult NotAnId(string id) => Problem.Of(
        StatusCodes.Status404NotFound, $"there is no change '{id}'", null, "zone:epoch:serial, as a publish or a purge answered, or the writer's id within ten minutes");
}
