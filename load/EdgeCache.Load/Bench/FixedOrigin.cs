using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Load.Bench;

/// <summary>
/// The application behind the contestants: <c>/c/SIZE/N</c> may be cached for an hour, <c>/n/SIZE/N</c> not at all. Each object has a tag <c>tN</c> of the last two digits.
/// Runs as a process of its own (<c>edgecache-load serve-origin</c>).
/// </summary>
internal static class FixedOrigin
{
    private const int MaxSize = 16 * 1024 * 1024;

    public static async Task RunAsync(int port, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, port));
        await using var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync(cancellation);
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var parts = (context.Request.Path.Value ?? "").Split('/');
        if (parts is not ["", "c" or "n", var sizeText, var number] || !int.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size > MaxSize)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var headers = context.Response.Headers;
        headers.CacheControl = parts[1] == "c" ? "max-age=3600" : "no-store";
        headers.ContentType = "application/octet-stream";
        headers["Cache-Tag"] = $"t{(number.Length > 2 ? number[^2..] : number)}";
        headers.ContentLength = size;
        await context.Response.Body.WriteAsync(new byte[size], context.RequestAborted);
    }
}
