using EdgeCache.Http.Fetching;
using EdgeCache.Http.MissPath;
using EdgeCache.Http.Proxy;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Floors;

namespace EdgeCache.Http.Revalidation;

/// <summary>Fetches one page that is possibly old, as a fill like any other, which readers may join. Thread-safe.</summary>
internal sealed class BehindReaders(EdgeNode node, Lookup lookup, FillRunner runner, EdgeUpstream upstream)
{
    private const string Agent = "User-Agent";
    private static readonly UriCreationOptions _asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>True when it was fetched, or somebody does already; false when the entry does not tell its request. Never throws; the use is disposed.</summary>
    public async Task<bool> FetchAsync(LeaseUse use)
    {
        using var mine = use;
        using var request = StoredRequest.Of(use.Lease, node);
        if (request is null)
        {
            return false;
        }

        if (node.Fills.TryLead(request, lookup.RunOf(request, use.Lease.VariantKey), node.Now) is not { } fill)
        {
            return true;
        }

        using var message = Message(request);
        var order = new FillOrder(message, upstream.Direct.SendAsync, StoredServing.Validator(use, FloorVerdict.Doubtful), FloorVerdict.Doubtful, AsAsked: false);
        var (head, rest) = await runner.BeginAsync(fill, order).ConfigureAwait(false);

        // Nobody reads it here; the stream would wait for its leader.
        fill.TakeReader(head)?.Dispose();
        fill.TakeResponse(head)?.Dispose();
        await rest.ConfigureAwait(false);
        node.Fills.LeaveAsLeader(fill);
        return true;
    }

    private HttpRequestMessage Message(EdgeRequest request)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, new Uri(upstream.Prefix + request.UpstreamTarget, in _asWritten))
        {
            Version = System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        RequestHygiene.Copy(request, message, new Hop(Hops.ViaMember("1.1", node.Name), node.Name, null, request.Https ? "https" : "http"));
        if (!message.Headers.Contains(Agent))
        {
            message.Headers.TryAddWithoutValidation(Agent, "EdgeCache");
        }

        return message;
    }
}
