using System.Globalization;
using System.Net;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Origin;

namespace EdgeCache.Load.Targets;

/// <summary>Any HTTP cache in front of a <see cref="VersionedOrigin"/>.</summary>
public sealed class HttpTarget : IReadTarget
{
    /// <summary>Header that carries a session token.</summary>
    public const string SessionHeader = "Edge-Session";

    /// <summary>Longest wait for an answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker _client;
    private readonly Uri _base;
    private readonly string? _consistency;
    private readonly bool _carriesSession;
    private readonly string? _records;

    /// <summary>
    /// Reads from <paramref name="address"/>; <paramref name="consistency"/> goes out as <c>Edge-Consistency</c>. <paramref name="recordsOf"/>: keys are records of this zone,
    /// whose value is the version, instead of pages of the tool's origin.
    /// </summary>
    public HttpTarget(Uri address, string? consistency = null, string? name = null, string? recordsOf = null)
    {
        _base = address;
        _consistency = consistency;
        _carriesSession = consistency is not null && (consistency.StartsWith("session", StringComparison.Ordinal) || consistency.StartsWith("causal", StringComparison.Ordinal));
        _records = recordsOf is null ? null : $"/.well-known/edgecache/records/{recordsOf}/";
        Name = name ?? address.Authority;
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ConnectTimeout = TimeSpan.FromSeconds(2),
        });
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async ValueTask<ReadAnswer> ReadAsync(int key, long sentAt, string? session, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_base, _records is null ? $"/k/{key}" : $"{_records}k{key}/DOC"));
        if (_consistency is not null)
        {
            request.Headers.TryAddWithoutValidation("Edge-Consistency", _consistency);
        }

        // A token asks for level session by itself: whoever wants less does not send one.
        if (session is not null && _carriesSession)
        {
            request.Headers.TryAddWithoutValidation(SessionHeader, session);
        }

        try
        {
            using var response = await _client.SendAsync(request, limit.Token);
            var body = await response.Content.ReadAsStringAsync(limit.Token);
            return Read(response, sentAt, _records is null ? One(response, VersionedOrigin.VersionHeader) : body);
        }
        catch (OperationCanceledException)
        {
            return new ReadAnswer(0, ServedBy.Unknown, cancellation.IsCancellationRequested ? "interrupted" : "timed-out");
        }
        catch (HttpRequestException e)
        {
            return new ReadAnswer(0, ServedBy.Unknown, e.HttpRequestError == HttpRequestError.ConnectionError ? "refused" : "broken");
        }
        catch (IOException)
        {
            return new ReadAnswer(0, ServedBy.Unknown, "broken");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static ReadAnswer Read(HttpResponseMessage response, long sentAt, string? versionText)
    {
        var session = One(response, SessionHeader);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new ReadAnswer(0, ServedBy.Unknown, $"status-{(int)response.StatusCode}", session);
        }

        _ = long.TryParse(versionText, NumberStyles.None, CultureInfo.InvariantCulture, out var version);
        var madeBy = long.TryParse(One(response, VersionedOrigin.MadeAtHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var madeAt)
            ? madeAt < sentAt ? ServedBy.Cache : ServedBy.Upstream
            : ServedBy.Unknown;

        // Where the cache says itself what it did (RFC 9211), it knows better: a revalidated answer keeps its old headers in some caches.
        if (One(response, "Cache-Status") is { } status)
        {
            madeBy = status.Contains("; hit", StringComparison.Ordinal) ? ServedBy.Cache
                : status.Contains("fwd=", StringComparison.Ordinal) ? ServedBy.Upstream
                : madeBy;
        }

        return new ReadAnswer(version, madeBy, null, session);
    }

    private static string? One(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
