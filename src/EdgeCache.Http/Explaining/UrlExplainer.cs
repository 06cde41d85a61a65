using System.Text;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Proxy;
using EdgeCache.Http.Revalidation;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCache.Http;

/// <summary>Explains a URL by the same look-up and the same rules that answer it.</summary>
public static class UrlExplainer
{
    /// <summary>The explanation; or null and what is wrong with the URL.</summary>
    public static UrlExplanation? ExplainUrl(this IServiceProvider edge, string url, out string? error)
    {
        var node = edge.GetRequiredService<EdgeNode>();
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            error = "a URL such as http://localhost:8080/products/1";
            return null;
        }

        var problem = EdgeRequestReader.TryRead(Request(uri), node, isUpgrade: false, out var request);
        if (problem != TargetProblem.None || request is null)
        {
            error = $"its target cannot be taken: {problem.Text()}";
            return null;
        }

        using (request)
        {
            error = null;
            return Explain(node, edge.GetRequiredService<Lookup>(), request);
        }
    }

    private static DefaultHttpContext Request(Uri uri)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Scheme = uri.Scheme;
        context.Request.Host = new HostString(uri.Authority);
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = uri.PathAndQuery; // The default context has it.
        return context;
    }

    private static UrlExplanation Explain(EdgeNode node, Lookup lookup, EdgeRequest request)
    {
        var health = node.Follower.HealthOf(request.Zone, node.Time.GetTimestamp());
        var found = lookup.Find(request, health);
        var selected = found.Use?.Lease.Number;
        var variants = node.Store.Variants(request.Key).Select(v => Describe(node, v, request.Zone, selected)).ToList();
        found.Use?.Dispose();
        var bypass = request.Rule.Bypass || request.Key.Length == 0;
        return new UrlExplanation
        {
            Node = node.Name,
            Url = request.Uri.AbsoluteUri,
            Zone = request.Zone.Zone.Value,
            Position = request.Zone.View.Position.ToString(),
            Plane = health switch { PlaneHealth.Healthy => "healthy", PlaneHealth.Lagging => "lagging", _ => "suspect" },
            Rule = request.Rule.Name,
            Key = Encoding.UTF8.GetString(request.Key),
            Action = bypass || found.IsPassMark ? "bypass" : found.Decision.Serves ? "serve" : found.Use is null ? "fetch" : "validate",
            Reason = (bypass ? CacheReason.Rule : found.Reason).Text(),
            Generation = request.Zone.Floors.Generation,
            Floors = request.Zone.Floors.Count,
            Variants = variants,
        };
    }

    private static StoredVariant Describe(EdgeNode node, EntryLease lease, ZoneState zone, ulong? selected)
    {
        using (lease)
        {
            var now = node.Now;

            // A mark that says "uncacheable, do not queue" has no facts.
            var facts = lease.IsPassMark ? default : lease.Facts<StoredFacts>();
            var head = Outgoing.LinesOf(lease);
            return new StoredVariant
            {
                Selected = Encoding.UTF8.GetString(lease.VariantKey),
                IsSelected = lease.Number == selected,
                Status = lease.IsPassMark ? 0 : lease.Status,
                ETag = Value(head, "ETag"),
                Tags = Value(head, "Cache-Tag"),
                AgeSeconds = lease.IsPassMark ? 0 : facts.AgeSecondsAt(now),
                TtlSeconds = lease.IsPassMark ? 0 : facts.TtlSecondsAt(now),
                Bytes = lease.BodyLength,
                Generation = lease.Mark.Generation,
                Floor = PageDoubt.VerdictOf(lease, zone, node.Time, now) switch { FloorVerdict.None => "none", FloorVerdict.Doubtful => "possibly-old", FloorVerdict.Hard => "hard", FloorVerdict.Soft => "soft", _ => "soft-revalidate" },
            };
        }
    }

    private static string? Value(HeaderLine[] lines, string name)
    {
        var values = lines.Where(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(l => l.Value).ToList();
        return values.Count == 0 ? null : string.Join(", ", values);
    }
}
