using System.Diagnostics.CodeAnalysis;
using EdgeCache.Http.Fetching;
using EdgeCache.Zones.Sessions;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Http.Levels;

/// <summary>Reads <c>Edge-Consistency</c> and <c>Edge-Session</c>. A token without a level asks for <c>session</c>: that is what it is carried for.</summary>
internal static class LevelReader
{
    private static readonly Consistency BySession = Consistency.Eventual with { Level = ConsistencyLevel.Session };

    /// <summary>False with the error for a level that does not exist, or one of the fields twice.</summary>
    public static bool TryRead(HttpContext context, EdgeCacheOptions options, out AskedLevel asked, [NotNullWhen(false)] out string? error)
    {
        asked = AskedLevel.Nothing;
#if DEBUG
        if (options.IgnoresLevels)
        {
            error = null;
            return true;
        }
#endif
        var headers = context.Request.Headers;
        var (level, session) = (headers[TierFields.Consistency], headers[TierFields.Session]);
        if (level.Count > 1 || session.Count > 1)
        {
            error = $"{(level.Count > 1 ? TierFields.Consistency : TierFields.Session)} may be sent once";
            return false;
        }

        if (!Consistency.TryParse(level, out var consistency, out error))
        {
            return false;
        }

        if (session.Count == 1 && options.Tokens is { } tokens)
        {
            var outcome = tokens.TryRead(session, out var token);
            asked = new(level.Count == 0 ? BySession : consistency, token, outcome, session);
        }
        else if (FromCookie(context, options) is { } kept)
        {
            asked = kept with { Consistency = level.Count == 0 ? BySession : consistency };
        }
        else if (level.Count == 1)
        {
            asked = AskedLevel.Nothing with { Consistency = consistency };
        }

        return true;
    }

    /// <summary>A cookie that is too old or not ours is no token: a browser cannot help it, and the next answer brings a good one.</summary>
    private static AskedLevel? FromCookie(HttpContext context, EdgeCacheOptions options) =>
        options is { SessionCookie: { } name, Tokens: { } tokens } && context.Request.Cookies.TryGetValue(name, out var text)
            && tokens.TryRead(text, out var token) == TokenOutcome.Valid
            ? new(Consistency.Eventual, token, TokenOutcome.Valid, text)
            : null;
}
