using System.Diagnostics;
using System.Globalization;
using System.Net;
using EdgeCache.Load.Measuring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Load.Origin;

/// <summary>
/// An HTTP application whose every answer says which version it is and when it was made, so that any cache in front of it can be measured:
/// <c>GET /k/{key}</c>, with <c>Cache-Control: max-age</c>, a tag <c>k-{key}</c> in <c>Cache-Tag</c>, and a strong <c>ETag</c>.
/// </summary>
public sealed class VersionedOrigin : IAsyncDisposable
{
    /// <summary>Header: version of the key.</summary>
    public const string VersionHeader = "X-Load-Version";

    /// <summary>Header: Stopwatch ticks of the tool's process when the answer was made. Older than the request's sending: the cache answered.</summary>
    public const string MadeAtHeader = "X-Load-Made-At";

    private readonly WebApplication _app;
    private readonly VersionLedger _ledger;
    private readonly Func<int, TimeSpan> _ttlOf;
    private long _requests;
    private long _notModified;

    private VersionedOrigin(VersionLedger ledger, int port, Func<int, TimeSpan> ttlOf)
    {
        _ledger = ledger;
        _ttlOf = ttlOf;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, port, l => l.Protocols = HttpProtocols.Http1));
        _app = builder.Build();
        _app.Run(Answer);
    }

    /// <summary>The port it listens on.</summary>
    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>Requests that reached it.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Requests answered with 304.</summary>
    public long NotModified => Interlocked.Read(ref _notModified);

    /// <summary>Starts it on a loopback port, 0: any; <paramref name="ttlOf"/> gives the lifetime of each key.</summary>
    public static async Task<VersionedOrigin> StartAsync(VersionLedger ledger, int port, Func<int, TimeSpan> ttlOf, CancellationToken cancellation)
    {
        var origin = new VersionedOrigin(ledger, port, ttlOf);
        await origin._app.StartAsync(cancellation);
        return origin;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task Answer(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!path.StartsWith("/k/", StringComparison.Ordinal)
            || !int.TryParse(path.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var key)
            || key >= _ledger.Keys)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        Interlocked.Increment(ref _requests);
        // The clock first: the answer is at least as new as it says.
        var madeAt = Stopwatch.GetTimestamp();
        var version = _ledger.Newest(key).ToString(CultureInfo.InvariantCulture);
        var headers = context.Response.Headers;
        var etag = $"\"{version}\"";
        headers.CacheControl = $"max-age={(long)_ttlOf(key).TotalSeconds}";
        headers.ETag = etag;

        // Kestrel's own Date is up to a second old, which a cache rightly counts as age.
        headers.Date = TimeProvider.System.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        headers["Cache-Tag"] = $"k-{key}";
        headers[VersionHeader] = version;
        headers[MadeAtHeader] = madeAt.ToString(CultureInfo.InvariantCulture);
        if (context.Request.Headers.IfNoneMatch == etag)
        {
            Interlocked.Increment(ref _notModified);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        headers.ContentLength = version.Length;
        return context.Response.WriteAsync(version);
    }
}
