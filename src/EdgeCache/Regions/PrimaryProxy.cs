using System.Net.Http.Headers;
using EdgeCache.Admin;
using EdgeCache.Configuration;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Replication;
using EdgeCache.Zones.Sessions;
using Microsoft.AspNetCore.Http;

namespace EdgeCache.Regions;

/// <summary>
/// The read/write split of a replica's admin API: reads are answered here with the primary's position, or by the primary when asked for (<c>?read=primary</c>) or when the level
/// asked cannot be proved here; writes are refused or passed on, by choice.
/// </summary>
internal sealed class PrimaryProxy : IDisposable
{
    private static readonly string[] Passed =
        ["Accept", "Cache-Control", "Cache-Tag", "If-Match", "If-None-Match", "Edge-Change", "Edge-Session", "Edge-Consistency", "Edge-Context"];

    private static readonly string[] Returned = ["ETag", "Edge-Change", "Edge-Session", "Edge-Version", "Edge-Context", "Siblings", "Cache-Control", "Cache-Tag", "Location", "Retry-After"];
    private readonly ReplicaOptions _options;
    private readonly Replicator _replicator;
    private readonly string _region;
    private readonly HttpClient _http;

    public PrimaryProxy(ReplicaOptions options, Replicator replicator, string region)
    {
        _options = options;
        _replicator = replicator;
        _region = region;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(2) })
        {
            BaseAddress = new Uri(options.Of!), // Checked when the options were.
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = 4L * Record.MaxValueLength,
        };
        if (options.AsReplication().ReadToken() is { } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Answers what is the primary's; everything else goes on.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var isData = request.Path.StartsWithSegments("/zones", StringComparison.Ordinal) || request.Path.StartsWithSegments("/purge", StringComparison.Ordinal);
        if (!isData)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        if (request.Method is not ("GET" or "HEAD"))
        {
            await (_options.Writes == ReplicaWrites.Forward
                ? ForwardAsync(context)
                : Problem.Of(StatusCodes.Status403Forbidden, "this is a read replica", $"write to {_options.Of}", "--replica-writes forward passes writes on").ExecuteAsync(context)).ConfigureAwait(false);
            return;
        }

        if (request.Query["read"].ToString() is not ("" or "primary" or "replica") and var read)
        {
            await Problem.BadRequest($"read: '{read}' is not known", "primary, replica").ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        if (request.Query["read"] == "primary" || !await IsProvedHereAsync(context).ConfigureAwait(false))
        {
            await ForwardAsync(context).ConfigureAwait(false);
            return;
        }

        if (ZoneOf(request) is { } zone && _replicator.PositionOf(zone) is { } position)
        {
            context.Response.Headers["Edge-Position"] = position.ToString();
        }

        await next(context).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private static ZoneName? ZoneOf(HttpRequest request) =>
        request.Path.Value?.Split('/') is [_, "zones", var text, ..] && ZonePath.TryZone(text, out var zone, out _) ? zone : null;

    /// <summary>A level that this replica can give without the primary: <c>bounded;t</c> while it caught up recently enough; <c>session</c> only the primary can prove.</summary>
    private Task<bool> IsProvedHereAsync(HttpContext context)
    {
        var text = context.Request.Headers["Edge-Consistency"];
        if (text.Count == 0 || !Consistency.TryParse(text, out var asked, out _) || ZoneOf(context.Request) is not { } zone)
        {
            return Task.FromResult(true); // What cannot be read is refused where levels are read.
        }

        return Task.FromResult(asked.Level switch
        {
            ConsistencyLevel.Eventual => true,
            ConsistencyLevel.BoundedTime => _replicator.AgeOf(zone) <= asked.Age,
            _ => false,
        });
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var request = context.Request;
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_http.BaseAddress!, request.Path.ToUriComponent() + request.QueryString.ToUriComponent())); // Set by the constructor.
        if (request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0)
        {
            message.Content = new StreamContent(request.Body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        foreach (var name in Passed)
        {
            if (request.Headers.TryGetValue(name, out var values))
            {
                message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(message, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception fault) when ((fault is HttpRequestException or OperationCanceledException) && !context.RequestAborted.IsCancellationRequested)
        {
            // A write may have been carried out: its change id tells.
            await Problem.Of(StatusCodes.Status504GatewayTimeout, $"the primary did not answer: {fault.Message}", $"{_region} is a replica of {_options.Of}").ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        using (answer)
        {
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            foreach (var name in Returned)
            {
                if (answer.Headers.NonValidated.TryGetValues(name, out var values))
                {
                    context.Response.Headers[name] = values.ToString();
                }
            }

            if (request.Method != "HEAD")
            {
                await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
            }
        }
    }
}
