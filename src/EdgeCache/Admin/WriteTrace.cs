using System.Diagnostics;
using EdgeCache.Metrics;
using EdgeCache.Zones.Writing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCache.Admin;

/// <summary>The <c>publish</c> span of a write, from when its request came in to now.</summary>
internal static class WriteTrace
{
    private sealed record CallBegan(DateTimeOffset At);

    /// <summary>The request came in.</summary>
    public static void Begin(HttpContext context, TimeProvider time)
    {
        if (ChangeTraces.IsOn)
        {
            context.Features.Set(new CallBegan(time.GetUtcNow()));
        }
    }

    /// <summary>It was committed.</summary>
    public static void End(HttpContext context, WriteResult result, string kind)
    {
        if (context.Features.Get<CallBegan>() is not { } began)
        {
            return;
        }

        var caller = ActivityContext.TryParse(context.Request.Headers.TraceParent, context.Request.Headers.TraceState, isRemote: true, out var parsed) ? parsed : default;
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var span = ChangeTraces.Published(result.ChangeId, result.Position.ToString(), kind, began.At, now, caller);
        context.RequestServices.GetRequiredService<PublishSpans>().Keep(result.Position, span);
    }
}
