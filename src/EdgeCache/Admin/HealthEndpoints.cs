using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Admin;

/// <summary>Live: the process answers. Ready: it has caught up within max-lag.</summary>
internal static class HealthEndpoints
{
    public const string Path = "/health";

    public static void MapHealth(this IEndpointRouteBuilder app, AdminParts parts)
    {
        app.MapGet(Path + "/live", () => Results.Text("live\n"));
        app.MapGet(Path + "/ready", () => parts.Insight.NotReady(parts.Time) is { Count: > 0 } reasons
            ? Results.Text($"not ready: {string.Join(", ", reasons)}\n", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready\n"));
    }
}
