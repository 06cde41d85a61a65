using System.Net;

namespace EdgeCache.Client;

/// <summary>
/// Tries again what can be tried again without harm: reads, and writes under a change id (<c>Edge-Change</c>), which the server takes once however often they come.
/// A <c>Retry-After</c> is kept, up to <see cref="LongestPause"/>. Thread-safe.
/// </summary>
internal sealed class RetryHandler(EdgeCacheClientOptions options, TimeProvider time, Random random) : DelegatingHandler
{
    /// <summary>Longest pause between two tries, whatever the server asks.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isRepeatable = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head || request.Headers.Contains(EdgeCacheClient.ChangeHeader);
        for (var attempt = 1; ; attempt++)
        {
            var isLast = !isRepeatable || attempt >= options.Attempts;
            var response = await TryAsync(request, isLast, cancellationToken).ConfigureAwait(false);
            if (response is not null && (isLast || !IsPassing(response.StatusCode)))
            {
                return response;
            }

            var pause = PauseAfter(attempt, response);
            response?.Dispose();
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One try; null when it came to nothing, which the last one throws instead.</summary>
    private async Task<HttpResponseMessage?> TryAsync(HttpRequestMessage request, bool isLast, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await base.SendAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return isLast ? throw new HttpRequestException($"no answer within {options.AttemptTimeout.TotalSeconds:0.#} s") : null;
        }
        catch (HttpRequestException) when (!isLast)
        {
            return null;
        }
    }

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.RequestTimeout;

    private TimeSpan PauseAfter(int attempt, HttpResponseMessage? response)
    {
        if (response?.Headers.RetryAfter is { } after)
        {
            var asked = after.Delta ?? (after.Date - time.GetUtcNow()) ?? TimeSpan.Zero;
            return asked < TimeSpan.Zero ? TimeSpan.Zero : asked < LongestPause ? asked : LongestPause;
        }

        double chance;
        lock (_lock)
        {
            chance = random.NextDouble();
        }

        var pause = options.RetryPause * Math.Pow(2, attempt - 1) * (1 + (chance / 2));
        return pause < LongestPause ? pause : LongestPause;
    }
}
