using System.Globalization;
using System.Net.Http.Headers;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Replication;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Regions;

/// <summary>Another region over its admin API. Thread-safe.</summary>
internal sealed class HttpRegionLog : IRegionLog, IDisposable
{
    private readonly HttpClient _http;

    public HttpRegionLog(string url, string? token)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(2) })
        {
            BaseAddress = new Uri(url.TrimEnd('/') + "/"),
            Timeout = TimeSpan.FromSeconds(20),
            MaxResponseContentBufferSize = 16L * RegionWire.MaxBytes,
        };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public string Address => _http.BaseAddress!.GetLeftPart(UriPartial.Authority); // Set by the constructor.

    public async ValueTask<ZoneDirectory> ReadDirectoryAsync(CancellationToken cancellation) =>
        RegionWire.ReadDirectory(await AskAsync(HttpMethod.Get, "replication/zones", null, cancellation).ConfigureAwait(false));

    public async ValueTask<IReadOnlyList<ZoneName>> ReadRemovedAsync(CancellationToken cancellation) =>
        RegionWire.ReadZones(await AskAsync(HttpMethod.Get, "replication/removed", null, cancellation).ConfigureAwait(false));

    public async ValueTask<RegionPage> ReadAsync(ZoneName zone, Epoch epoch, long after, TimeSpan wait, CancellationToken cancellation) => RegionWire.ReadPage(
        await AskAsync(
            HttpMethod.Get,
            string.Create(CultureInfo.InvariantCulture, $"replication/{Segment(zone)}/log?epoch={epoch}&after={after}&wait={wait.TotalMilliseconds:0}"),
            null,
            cancellation).ConfigureAwait(false));

    public async ValueTask<IReadOnlyList<RecordDigest>> DigestsAsync(ZoneName zone, RecordKey? after, CancellationToken cancellation) => RegionWire.ReadDigests(
        await AskAsync(HttpMethod.Get, $"replication/{Segment(zone)}/digests{(after is { } key ? $"?after={Uri.EscapeDataString(key.ToString())}" : "")}", null, cancellation).ConfigureAwait(false));

    public async ValueTask<IReadOnlyList<Record>> StatesAsync(ZoneName zone, IReadOnlyList<RecordKey> keys, CancellationToken cancellation)
    {
        // An answer holds what fits; the rest is asked for again.
        var states = new List<Record>(keys.Count);
        while (keys.Count > 0)
        {
            var some = RegionWire.ReadStates(await AskAsync(HttpMethod.Post, $"replication/{Segment(zone)}/states", RegionWire.Write(keys), cancellation).ConfigureAwait(false));
            if (some.Count == 0)
            {
                break;
            }

            var last = keys.ToList().FindLastIndex(k => k == some[^1].Key);
            if (last < 0 || some.Count > keys.Count)
            {
                throw new StoreException($"{Address} answered with states that were not asked for");
            }

            states.AddRange(some);
            keys = [.. keys.Skip(last + 1)];
        }

        return states;
    }

    public void Dispose() => _http.Dispose();

    private static string Segment(ZoneName zone) => zone.Value == "." ? Admin.ZonePath.Root : Uri.EscapeDataString(zone.Value);

    private async Task<byte[]> AskAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new ByteArrayContent(body) };
            using var answer = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? bytes : throw new StoreException($"{Address} answered {(int)answer.StatusCode} to {path.Split('?')[0]}");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new StoreException($"{Address} cannot be reached: {fault.Message}", fault);
        }
    }
}
