using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeCache.Dashboard;

/// <summary>
/// The dashboard's files, carried in the program: no folder to deploy, nothing fetched from elsewhere. They hold no data, so they need no token; what they show comes from the API, which
/// does. The policy forbids inline code, foreign origins and framing.
/// </summary>
internal static class DashboardAssets
{
    /// <summary>Where the pages are.</summary>
    public const string Prefix = "/dashboard";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Resource = "EdgeCache.Dashboard.Assets.";

    private static readonly Dictionary<string, (byte[] Bytes, string Type, string ETag)> Files = Load();

    public static void MapDashboard(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", () => Results.Redirect(Prefix + "/")).ExcludeFromDescription();
        app.MapGet(Prefix + "/{file?}", (HttpContext context, string? file) =>
            context.Request.Path == Prefix ? Results.Redirect(Prefix + "/") : Answer(context, file ?? "index.html")).ExcludeFromDescription();
    }

    private static IResult Answer(HttpContext context, string file)
    {
        if (!Files.TryGetValue(file, out var found))
        {
            return Admin.Problem.NotFound($"the dashboard has no file '{file}'");
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-cache"; // Validated each time, so that a new version of the program shows its own pages.
        headers.ETag = found.ETag;
        return context.Request.Headers.IfNoneMatch == found.ETag ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Bytes(found.Bytes, found.Type);
    }

    private static Dictionary<string, (byte[] Bytes, string Type, string ETag)> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var files = new Dictionary<string, (byte[], string, string)>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Resource, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!; // Just listed.
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            files[name[Resource.Length..]] = (bytes, TypeOf(name), $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
        }

        return files;
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
}
