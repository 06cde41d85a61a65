using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using EdgeCache.Client.Model;

namespace EdgeCache.Client;

/// <content>Zones and records.</content>
public sealed partial class EdgeCacheClient
{
    /// <summary>All zones.</summary>
    public Task<ZoneList> ZonesAsync(CancellationToken cancellation = default) => SendAsync<ZoneList>(HttpMethod.Get, "zones", null, cancellation);

    /// <summary>One zone.</summary>
    public Task<ZoneDocument> FindZoneAsync(string zone, CancellationToken cancellation = default) =>
        SendAsync<ZoneDocument>(HttpMethod.Get, $"zones/{Uri.EscapeDataString(zone)}", null, cancellation);

    /// <summary>Creates a zone or replaces its policy.</summary>
    public Task<ZoneDocument> PutZoneAsync(string zone, ZoneDocument policy, CancellationToken cancellation = default) =>
        SendAsync<ZoneDocument>(HttpMethod.Put, $"zones/{Uri.EscapeDataString(zone)}", JsonContent.Create(policy, options: Json), cancellation);

    /// <summary>Removes a zone with its records and log.</summary>
    public async Task DeleteZoneAsync(string zone, CancellationToken cancellation = default)
    {
        using var response = await ExchangeAsync(new HttpRequestMessage(HttpMethod.Delete, $"zones/{Uri.EscapeDataString(zone)}"), cancellation).ConfigureAwait(false);
        await RefuseAsync(response, cancellation).ConfigureAwait(false);
    }

    /// <summary>Forgets a region that will never come back: tombstones wait for it no longer.</summary>
    public async Task ForgetRegionAsync(string zone, string region, CancellationToken cancellation = default)
    {
        using var response = await ExchangeAsync(new HttpRequestMessage(HttpMethod.Delete, $"zones/{Uri.EscapeDataString(zone)}/regions?region={Uri.EscapeDataString(region)}"), cancellation).ConfigureAwait(false);
        await RefuseAsync(response, cancellation).ConfigureAwait(false);
    }

    /// <summary>Opens a new epoch for a zone whose log is gone or not to be trusted.</summary>
    public Task<RestoredZone> RestoreZoneAsync(string zone, CancellationToken cancellation = default) =>
        SendAsync<RestoredZone>(HttpMethod.Post, $"zones/{Uri.EscapeDataString(zone)}/restore", null, cancellation);

    /// <summary>Copies the embedded store with all its zones into <paramref name="target"/>, consistent, while it is in use.</summary>
    /// <exception cref="IOException">The copy broke off: the target takes no more, or the server gives no more. What is in the target then is of no use.</exception>
    public async Task BackupAsync(Stream target, CancellationToken cancellation = default)
    {
        using var response = await ExchangeAsync(new HttpRequestMessage(HttpMethod.Get, "backup"), HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false); // It may be large.
        await RefuseAsync(response, cancellation).ConfigureAwait(false);
        var copy = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using var closed = copy.ConfigureAwait(false);
        await copy.CopyToAsync(target, cancellation).ConfigureAwait(false);
    }

    /// <summary>A page of the records of a zone.</summary>
    public Task<RecordList> RecordsAsync(string zone, string? after = null, CancellationToken cancellation = default) =>
        SendAsync<RecordList>(HttpMethod.Get, $"zones/{Uri.EscapeDataString(zone)}/records{(after is null ? "" : $"?after={Uri.EscapeDataString(after)}")}", null, cancellation);

    /// <summary>The current version of a record, with all fields; null when there is none. Where values stand side by side: the last writer's, and all of them inside.</summary>
    public async Task<RecordDocument?> FindRecordAsync(string zone, string name, string type, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, RecordPath(zone, name, type));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await ExchangeAsync(request, cancellation).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.Gone)
        {
            return null;
        }

        if (response.StatusCode != HttpStatusCode.MultipleChoices)
        {
            await RefuseAsync(response, cancellation).ConfigureAwait(false);
        }

        return await response.Content.ReadFromJsonAsync<RecordDocument>(Json, cancellation).ConfigureAwait(false);
    }

    /// <summary>Publishes text: an RRset in presentation form, or a DOC.</summary>
    public Task<PublicationResult> PublishAsync(string zone, string name, string type, string value, int? ttl = null, CancellationToken cancellation = default) =>
        PublishAsync(zone, name, type, new Publication { Value = System.Text.Encoding.UTF8.GetBytes(value), Ttl = ttl }, cancellation);

    /// <summary>Publishes a record. Under the publication's change id, or one that is made here and kept over retries, it is one publish however often it is sent.</summary>
    public async Task<PublicationResult> PublishAsync(string zone, string name, string type, Publication publication, CancellationToken cancellation = default)
    {
        using var content = new ReadOnlyMemoryContent(publication.Value);
        content.Headers.TryAddWithoutValidation("Content-Type", publication.ContentType);
        using var request = new HttpRequestMessage(HttpMethod.Put, RecordPath(zone, name, type)) { Content = content };
        if (publication.Ttl is { } ttl)
        {
            request.Headers.TryAddWithoutValidation("Cache-Control", $"max-age={ttl}");
        }

        if (publication.Tags.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Cache-Tag", string.Join(',', publication.Tags));
        }

        Add(request, "Edge-Context", publication.Context);
        Add(request, "If-Match", publication.IfMatch);
        Add(request, "If-None-Match", publication.IfAbsent ? "*" : null);
        Add(request, ChangeHeader, publication.ChangeId ?? NewChangeId());
        return await WriteAsync(request, cancellation).ConfigureAwait(false);
    }

    /// <summary>Deletes a record: a tombstone.</summary>
    public Task<PublicationResult> DeleteAsync(string zone, string name, string type, string? ifMatch = null, CancellationToken cancellation = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, RecordPath(zone, name, type));
        Add(request, "If-Match", ifMatch);
        Add(request, ChangeHeader, NewChangeId());
        return WriteAsync(request, cancellation);
    }

    /// <summary>Deletes a record and takes its older values out of histories and logs, in every region.</summary>
    public Task<PublicationResult> EraseAsync(string zone, string name, string type, string? ifMatch = null, CancellationToken cancellation = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{RecordPath(zone, name, type)}/erase");
        Add(request, "If-Match", ifMatch);
        Add(request, ChangeHeader, NewChangeId());
        return WriteAsync(request, cancellation);
    }

    /// <summary>The versions of a record, newest first.</summary>
    public Task<RecordList> HistoryAsync(string zone, string name, string type, CancellationToken cancellation = default) =>
        SendAsync<RecordList>(HttpMethod.Get, $"{RecordPath(zone, name, type)}/history", null, cancellation);

    /// <summary>What changed between two versions, by serial.</summary>
    public Task<DiffDocument> DiffAsync(string zone, string name, string type, long from, long to, CancellationToken cancellation = default) =>
        SendAsync<DiffDocument>(HttpMethod.Get, $"{RecordPath(zone, name, type)}/diff?from={from}&to={to}", null, cancellation);

    /// <summary>Publishes the value of an old version again.</summary>
    public Task<PublicationResult> RevertAsync(string zone, string name, string type, long to, CancellationToken cancellation = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{RecordPath(zone, name, type)}/revert?to={to}");
        Add(request, ChangeHeader, NewChangeId());
        return WriteAsync(request, cancellation);
    }

    private async Task<PublicationResult> WriteAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        {
            using var response = await ExchangeAsync(request, cancellation).ConfigureAwait(false);
            await RefuseAsync(response, cancellation).ConfigureAwait(false);
            return new PublicationResult
            {
                Change = Header(response, "Edge-Change") ?? "",
                ETag = response.Headers.ETag?.ToString() ?? "",
                IsNew = response.StatusCode == HttpStatusCode.Created,
                Session = Header(response, "Edge-Session"),
            };
        }
    }

    private static string RecordPath(string zone, string name, string type) =>
        $"zones/{Uri.EscapeDataString(zone)}/records/{Uri.EscapeDataString(name)}/{Uri.EscapeDataString(type)}";

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
