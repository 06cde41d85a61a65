using System.Net;
using EdgeCache.Access;
using EdgeCache.Configuration;
using EdgeCache.Zones.Records;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Admin;

/// <summary>
/// Who may call what, how often, and a line for every write. With tokens: whoever carries one, within its scopes. Without one the listener is on loopback, and what is kept out are web
/// pages of other sites that a browser on this machine has open: their requests carry a foreign <c>Origin</c>, or reach us under a foreign host name (DNS rebinding).
/// </summary>
internal sealed partial class AdminGate(AdminOptions options, TimeProvider time, ILogger<AdminGate> log)
{
    /// <summary>Wrong tokens a second, all callers together.</summary>
    private const int WrongTokens = 20;

    private readonly TokenKeeper _tokens = new(options, time, log);
    private readonly CallRate _rate = new(options.RateLimit, time);
    private readonly CallRate _wrong = new(WrongTokens, time);

    /// <summary>The caller of a request that came through.</summary>
    public static Caller CallerOf(HttpContext context) => context.Features.Get<Caller>() ?? Caller.Local;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var caller = Caller.Local;
        if (!IsOpen(context.Request) && Refusal(context, out caller) is { } refusal)
        {
            await refusal.ExecuteAsync(context).ConfigureAwait(false);
            LogRefused(caller.Name, context.Request.Method, context.Request.Path, context.Response.StatusCode);
            return;
        }

        context.Features.Set(caller);
        WriteTrace.Begin(context, time);
        await next(context).ConfigureAwait(false);
        if (!IsRead(context.Request))
        {
            LogWrite(caller.Name, context.Request.Method, context.Request.Path, context.Response.StatusCode, context.Response.Headers["Edge-Change"].ToString());
        }
    }

    /// <summary>Health says nothing that is secret, and the dashboard's files hold no data.</summary>
    private static bool IsOpen(HttpRequest request) =>
        request.Path.StartsWithSegments(HealthEndpoints.Path, StringComparison.Ordinal)
        || (request.Method == HttpMethods.Get && (request.Path == "/" || request.Path.StartsWithSegments(Dashboard.DashboardAssets.Prefix, StringComparison.Ordinal)));

    private IResult? Refusal(HttpContext context, out Caller caller)
    {
        caller = Caller.Local;
        var request = context.Request;
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            return Problem.Of(StatusCodes.Status403Forbidden, "a page of another site may not call this API");
        }

        if (!_tokens.IsNeeded)
        {
            return !IsLocalName(request.Host.Host) ? Problem.Of(StatusCodes.Status421MisdirectedRequest, $"this listener is not '{request.Host.Host}'", null, "localhost or a loopback address")
                : TooOften(context, _rate, caller.Name);
        }

        if (Token(request) is not { Length: > 0 } token || _tokens.Find(token) is not { } known)
        {
            caller = new Caller("nobody", []);
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return TooOften(context, _wrong, caller.Name)
                ?? Problem.Of(StatusCodes.Status401Unauthorized, "a token is needed", null, $"Authorization: Bearer …, or {AdminOptions.TokenVariable} for the command line");
        }

        caller = known;
        return TooOften(context, _rate, caller.Name) ?? Forbidden(request, caller);
    }

    /// <summary>What the path tells; a purge and the purges of a batch are looked at where they are read.</summary>
    private static IResult? Forbidden(HttpRequest request, Caller caller)
    {
        if (caller.MayAdminister)
        {
            return null;
        }

        var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries); // A request has a path.
        var needed = parts is ["backup", ..] ? "all" // It holds the keys that sign tokens.
            : IsRead(request) ? (caller.MayRead || parts is ["changes", ..] ? null : "read")
            : parts is ["purge"] ? null
            : parts is ["zones", var zone, "records" or "batch", ..] ? (ZoneName.TryParse(zone == ZonePath.Root ? "." : zone, out var name, out _) && caller.MayPublish(name) ? null : $"publish:{zone}")
            : "all";
        return needed is null ? null : Denied(caller, needed);
    }

    /// <summary>403 with the scope that is missing.</summary>
    public static IResult Denied(Caller caller, string needed) =>
        Problem.Of(StatusCodes.Status403Forbidden, $"the token '{caller.Name}' may not do this", $"it has {string.Join(", ", caller.Scopes)}", $"a token with {needed}");

    private static IResult? TooOften(HttpContext context, CallRate rate, string caller)
    {
        if (rate.TryTake(caller, out var seconds))
        {
            return null;
        }

        context.Response.Headers.RetryAfter = $"{seconds}";
        return Problem.Of(StatusCodes.Status429TooManyRequests, "too many calls", null, $"the next in {seconds} s");
    }

    private static string? Token(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var given = request.Headers.Authorization.ToString();
        return given.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? given[scheme.Length..].Trim() : null;
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static bool IsLocalName(string host) => host is "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    [LoggerMessage(1, LogLevel.Information, "audit: {Caller} {Method} {Path} -> {Status} {Change}")]
    private partial void LogWrite(string caller, string method, string path, int status, string change);

    [LoggerMessage(2, LogLevel.Warning, "audit: {Caller} {Method} {Path} refused -> {Status}")]
    private partial void LogRefused(string caller, string method, string path, int status);
}
