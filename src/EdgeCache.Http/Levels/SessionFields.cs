using EdgeCache.Http.Fetching;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Sessions;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Http.Levels;

/// <summary>Gives the client its next token: a header, and a cookie where enabled. Added to the answer after the cache, so it is never stored here.</summary>
internal static class SessionFields
{
    /// <summary>For a page or an unsafe request.</summary>
    public static void Write(HttpContext context, EdgeNode node, EdgeRequest request)
    {
        var hasWritten = request.Wrote is not null || request.WrotePending || request.UpperToken is not null;
        if (node.Options.Tokens is not { } tokens || (request.Asked is null && !hasWritten))
        {
            return;
        }

        var token = request.UpperToken is { } upper && tokens.TryRead(upper, out var ofUpper) == TokenOutcome.Valid ? ofUpper : Known(request.Asked);
        token = Seen(token, request.Asked, request.Seen);
        if (request.Wrote is { } wrote)
        {
            token = token.WithWrote(wrote);
        }

        Write(context, node, tokens, token with { IsPending = token.IsPending || request.WrotePending });
    }

    /// <summary>For a record of a zone, as of a position.</summary>
    public static void Write(HttpContext context, EdgeNode node, AskedLevel? asked, Position position)
    {
        if (asked is not null && node.Options.Tokens is { } tokens)
        {
            Write(context, node, tokens, Seen(Known(asked), asked, position));
        }
    }

    private static SessionToken Known(AskedLevel? asked) => asked is { Outcome: TokenOutcome.Valid, Token: { } token } ? token : SessionToken.Empty;

    private static SessionToken Seen(SessionToken token, AskedLevel? asked, Position position) =>
        position.Epoch.Value == 0 ? token : asked?.ReachesToken == true ? token.WithReached(position) : token.WithSeen(position);

    private static void Write(HttpContext context, EdgeNode node, SessionTokens tokens, SessionToken token)
    {
        var text = tokens.Write(token);
        context.Response.Headers[TierFields.Session] = text;
        if (node.Options.SessionCookie is { } name && !context.Request.Headers.ContainsKey(TierFields.Floor))
        {
            context.Response.Cookies.Append(name, text, new CookieOptions { HttpOnly = true, Path = "/", SameSite = SameSiteMode.Lax, MaxAge = SessionToken.Lifetime });
        }
    }
}
