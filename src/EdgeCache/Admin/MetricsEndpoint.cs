using EdgeCache.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Admin;

/// <summary><c>GET /metrics</c> for Prometheus.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder app, AdminParts parts)
    {
        if (parts.Metrics is { } metrics)
        {
            app.MapGet("/metrics", () => Results.Text(metrics.Write(), PrometheusText.MediaType));
        }
    }
}
