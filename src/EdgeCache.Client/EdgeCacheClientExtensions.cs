using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EdgeCache.Client;

/// <summary>The client in a service collection.</summary>
public static class EdgeCacheClientExtensions
{
    /// <summary>
    /// Adds <see cref="EdgeCacheClient"/> on <c>HttpClientFactory</c>, with retries. <paramref name="configure"/> says where the admin API is; faults in it are thrown here.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range; the message says what is allowed.</exception>
    public static IHttpClientBuilder AddEdgeCacheClient(this IServiceCollection services, Action<EdgeCacheClientOptions>? configure = null)
    {
        var options = new EdgeCacheClientOptions();
        configure?.Invoke(options);
        if (options.Address is not { IsAbsoluteUri: true, Scheme: "http" or "https" } address)
        {
            throw new ArgumentException($"{nameof(options.Address)} '{options.Address}' is not an address; allowed: http://HOST:PORT or https://…", nameof(configure));
        }

        if (options.Attempts is < 1 or > 10 || options.AttemptTimeout <= TimeSpan.Zero || options.RetryPause < TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(options.Attempts)} must be 1 to 10, {nameof(options.AttemptTimeout)} above zero, {nameof(options.RetryPause)} not below it", nameof(configure));
        }

        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddHttpClient<EdgeCacheClient>(http =>
            {
                http.BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/");
                http.Timeout = Timeout.InfiniteTimeSpan; // Each try has its own limit, and a watch has none.
                if (options.Token is { } token)
                {
                    http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
                }
            })
            .AddHttpMessageHandler(provider => new RetryHandler(options, provider.GetRequiredService<TimeProvider>(), new Random()));
    }

    /// <summary>Read-your-writes for this client: one line. All clients of the name share one session, since the factory makes handlers anew now and then.</summary>
    public static IHttpClientBuilder AddEdgeSession(this IHttpClientBuilder client, EdgeSession? session = null)
    {
        var shared = session ?? new EdgeSession();
        return client.AddHttpMessageHandler(() => new SessionTokenHandler(shared));
    }
}
