using EdgeCache.Http.Fetching;
using EdgeCache.Zones.Sessions;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Http.Levels;

/// <summary>Says why a level was not given: 400 for what nobody can do, 409 for a session whose writes are lost, 504 for what this node cannot prove now.</summary>
internal static class LevelRefusal
{
    /// <summary>The answer for a reason of the gate; it brings a new token when the old one is of no more use.</summary>
    public static Task AnswerAsync(HttpContext context, EdgeNode node, GateReason reason, AskedLevel asked) => AnswerAsync(
        context,
        node,
        reason switch
        {
            GateReason.SessionLost => StatusCodes.Status409Conflict,
            GateReason.TokenExpired or GateReason.TokenInvalid or GateReason.VersionsOfPages => StatusCodes.Status400BadRequest,
            _ => StatusCodes.Status504GatewayTimeout,
        },
        reason.Text(),
        $"{asked.Consistency.ToText()} cannot be given: {reason.Text()}");

    /// <summary>400 for fields that cannot be read.</summary>
    public static Task UnreadableAsync(HttpContext context, EdgeNode node, string error) => AnswerAsync(context, node, StatusCodes.Status400BadRequest, "consistency-level", error);

    private static Task AnswerAsync(HttpContext context, EdgeNode node, int status, string word, string text)
    {
        node.Tally.CountRefused();
        context.Response.StatusCode = status;
        context.Response.Headers["Cache-Status"] = $"{node.Name}; fwd=bypass; detail={word}";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/plain";
        return context.Request.Method == "HEAD" ? Task.CompletedTask : context.Response.WriteAsync($"{status} {text}\n", context.RequestAborted);
    }
}
