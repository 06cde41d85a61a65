using System.Net;
using System.Security.Cryptography;
using System.Text;
using EdgeCache.Configuration;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Admin;

/// <summary>
/// Who may call. With a token: whoever carries it. Without one the listener is on loopback, and what is kept out are web pages of other sites that a
/// browser on this machine has open: their requests carry a foreign <c>Origin</c>, or reach us under a foreign host name (DNS rebinding).
/// </summary>
internal sealed class AdminGate
{
    private readonly byte[]? _token;

    public AdminGate(AdminOptions options) => _token = options.ReadToken() is { } token ? Digest(token) : null;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsOpen(context.Request) && Refusal(context) is { } refusal)
        {
            await refusal.ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        await next(context).ConfigureAwait(false);
    }

    /// <summary>Health says nothing that is secret, and the dashboard's files hold no data.</summary>
    private static bool IsOpen(HttpRequest request) =>
        request.Path.StartsWithSegments(HealthEndpoints.Path, StringComparison.Ordinal)
        || (request.Method == HttpMethods.Get && (request.Path == "/" || request.Path.StartsWithSegments(Dashboard.DashboardAssets.Prefix, StringComparison.Ordinal)));

    private IResult? Refusal(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            return Problem.Of(StatusCodes.Status403Forbidden, "a page of another site may not call this API");
        }

        if (_token is null)
        {
            return IsLocalName(request.Host.Host) ? null : Problem.Of(StatusCodes.Status421MisdirectedRequest, $"this listener is not '{request.Host.Host}'", null, "localhost or a loopback address");
        }

        const string scheme = "Bearer ";
        var given = request.Headers.Authorization.ToString();
        if (given.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && CryptographicOperations.FixedTimeEquals(Digest(given[scheme.Length..].Trim()), _token))
        {
            return null;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.Of(StatusCodes.Status401Unauthorized, "a token is needed", null, $"Authorization: Bearer …, or {AdminOptions.TokenVariable} for the command line");
    }

    private static bool IsLocalName(string host) => host is "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
