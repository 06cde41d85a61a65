using EdgeCache.Client;
using EdgeCache.Client.Model;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Writing;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Admin;

/// <summary>Errors as problem documents (RFC 9457): what is wrong, where, what is allowed.</summary>
internal static class Problem
{
    private const string MediaType = "application/problem+json";

    public static IResult Of(int status, string title, string? detail = null, string? allowed = null) =>
        Results.Json(new ProblemDocument { Status = status, Title = title, Detail = detail, Allowed = allowed }, EdgeCacheClient.Json, MediaType, status);

    public static IResult BadRequest(string title, string? allowed = null) => Of(StatusCodes.Status400BadRequest, title, null, allowed);

    public static IResult NotFound(string title) => Of(StatusCodes.Status404NotFound, title);

    public static IResult NoSuchZone(string zone) => Of(StatusCodes.Status404NotFound, $"there is no zone '{zone}'", null, "a zone of GET /zones; PUT /zones/{zone} makes one");

    /// <summary>The store was emptied, or lost the zone's log.</summary>
    public static IResult StoreLost(ZoneName zone) => Of(
        StatusCodes.Status503ServiceUnavailable, Title(WriteOutcome.StoreLost), $"the log of {zone} is gone; 'zone restore {zone}' opens a new epoch");

    /// <summary>A refused write with the status that PROTOCOL gives its outcome.</summary>
    public static IResult Of(WriteResult result) => Of(Status(result.Outcome), Title(result.Outcome), result.Error);

    private static int Status(WriteOutcome outcome) => outcome switch
    {
        WriteOutcome.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
        WriteOutcome.NoSuchRecord or WriteOutcome.UnknownZone => StatusCodes.Status404NotFound,
        WriteOutcome.Invalid => StatusCodes.Status400BadRequest,
        WriteOutcome.TooLarge => StatusCodes.Status413PayloadTooLarge,
        WriteOutcome.NotPossible or WriteOutcome.ClockSkew or WriteOutcome.Contended or WriteOutcome.NotHome => StatusCodes.Status409Conflict,
        WriteOutcome.ChangeIdReused => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    private static string Title(WriteOutcome outcome) => outcome switch
    {
        WriteOutcome.PreconditionFailed => "precondition failed",
        WriteOutcome.NoSuchRecord => "no such record",
        WriteOutcome.UnknownZone => "unknown zone",
        WriteOutcome.Invalid => "not allowed",
        WriteOutcome.TooLarge => "too large",
        WriteOutcome.ClockSkew => "clock skew",
        WriteOutcome.ChangeIdReused => "change id reused",
        WriteOutcome.Contended => "contended",
        WriteOutcome.NotPossible => "not possible on what is there",
        WriteOutcome.NotHome => "not the home region",
        WriteOutcome.StoreLost => "store-lost",
        WriteOutcome.AppliedNotDurable => "applied-not-durable",
        _ => "store unavailable",
    };
}
