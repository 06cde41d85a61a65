using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeCache.Http.Embedding;
using EdgeCache.Zones.Stores;
using EdgeCache.Zones.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms.Builder;

namespace EdgeCache.Http;

/// <summary>The cache in somebody's own YARP application: <c>AddReverseProxy().LoadFromConfig(…).AddEdgeCache()</c>.</summary>
public static class EmbeddedCacheExtensions
{
    private const int MaxBody = 256 * 1024;

    /// <summary>
    /// Caches what every cluster answers, by RFC 9111, below YARP's forwarder: the application's own middleware, routes, transforms and balancing stay as they are. Needs no other process:
    /// purges are kept in a store in a folder.
    /// </summary>
    /// <exception cref="ArgumentException">An option is not good; the message has all faults.</exception>
    public static IReverseProxyBuilder AddEdgeCache(this IReverseProxyBuilder builder, Action<EmbeddedCacheOptions>? configure = null)
    {
        var options = new EmbeddedCacheOptions();
        configure?.Invoke(options);
        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true))
        {
            throw new ArgumentException(string.Join(' ', faults.Select(f => f.ErrorMessage)), nameof(configure));
        }

        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(provider => new EmbeddedCache(options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService(provider => provider.GetRequiredService<EmbeddedCache>());
        services.AddSingleton(provider => new EdgePurger(provider.GetRequiredService<EmbeddedCache>()));
        services.AddSingleton<IForwarderHttpClientFactory, EmbeddedClientFactory>();
        services.AddSingleton<ITransformProvider, EmbeddedTransforms>();
        return builder;
    }

    /// <summary>
    /// Takes purges from other processes at <c>POST {prefix}/purge</c>, in the form of the admin API, so that an application's client needs only the address
    /// <c>http://edge{prefix}</c>. From loopback, or with the token of the options.
    /// </summary>
    public static IEndpointConventionBuilder MapEdgeCachePurge(this IEndpointRouteBuilder endpoints, string prefix = "/edgecache")
    {
        var options = endpoints.ServiceProvider.GetService<EmbeddedCacheOptions>()
            ?? throw new InvalidOperationException("there is no cache to purge: call AddReverseProxy().AddEdgeCache() first");
        var purger = endpoints.ServiceProvider.GetRequiredService<EdgePurger>();
        return endpoints.MapPost(prefix.TrimEnd('/') + "/purge", async (HttpContext context) => await (await PurgeAsync(context, options, purger).ConfigureAwait(false)).ExecuteAsync(context).ConfigureAwait(false));
    }

    private static async Task<IResult> PurgeAsync(HttpContext context, EmbeddedCacheOptions options, EdgePurger purger)
    {
        if (!IsAllowed(context, options.PurgeToken))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Refusal(StatusCodes.Status401Unauthorized, "a token is needed", options.PurgeToken is null ? "a call from loopback, or PurgeToken in the options" : "Authorization: Bearer …");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBody;
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted).ConfigureAwait(false);
            if (!PurgeRequest.TryRead(body.RootElement, out var purge, out var fault))
            {
                return Refusal(StatusCodes.Status400BadRequest, fault, PurgeRequest.Allowed);
            }

            var write = new WriteContext { ChangeId = context.Request.Headers["Edge-Change"] is { Count: 1 } id ? id.ToString() : null };
            var changes = await purger.PurgeAsync(purge, write, context.RequestAborted).ConfigureAwait(false);
            context.Response.Headers["Edge-Change"] = string.Join(", ", changes);
            return Results.Json(new { changes = changes.Select(c => new { zone = c[..c.IndexOf(':', StringComparison.Ordinal)], change = c }) });
        }
        catch (JsonException fault)
        {
            return Refusal(StatusCodes.Status400BadRequest, $"the body is not JSON: {fault.Message}", PurgeRequest.Allowed);
        }
        catch (BadHttpRequestException fault)
        {
            return Refusal(fault.StatusCode, fault.Message, $"a body of at most {MaxBody} bytes");
        }
        catch (StoreException fault)
        {
            return Refusal(StatusCodes.Status503ServiceUnavailable, fault.Message, "try again with the same Edge-Change");
        }
    }

    /// <summary>Without a token: only a process of this machine, and no page that a browser on it has open.</summary>
    private static bool IsAllowed(HttpContext context, string? token)
    {
        if (token is null)
        {
            return context.Connection.RemoteIpAddress is { } client && IPAddress.IsLoopback(client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client) && context.Request.Headers.Origin.Count == 0;
        }

        const string scheme = "Bearer ";
        var given = context.Request.Headers.Authorization.ToString();
        return given.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given[scheme.Length..].Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
    }

    private static IResult Refusal(int status, string title, string allowed) => Results.Problem(title: title, statusCode: status, extensions: new Dictionary<string, object?> { ["allowed"] = allowed });
}
