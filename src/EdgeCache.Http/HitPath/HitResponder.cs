using System.IO.Pipelines;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Framing;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeCache.Http.HitPath;

/// <summary>
/// Answers what it can prove simple: a GET without conditions, ranges or directives, for a stored response that is fresh, above all floors, on a healthy plane.
/// Runs on the thread that read the request, allocates nothing for small bodies, and hands everything else on. Thread-safe.
/// </summary>
internal sealed class HitResponder(EdgeNode node, HitLookup lookup)
{
    private const string Hidden = "/.well-known/edgecache/";

    private readonly string _via = Hops.ViaMember("1.1", node.Name);

    /// <summary>True when the request was answered; <paramref name="sent"/> completes when all bytes are handed over.</summary>
    public bool TryRespond(IFeatureCollection features, out Task sent)
    {
        sent = Task.CompletedTask;
        if (features.Get<IHttpRequestFeature>() is not { } request || !IsSimple(features, request) || CarriesSession(request))
        {
            return false;
        }

        Span<byte> targetBytes = stackalloc byte[512];
        var host = request.Headers.Host;
        var https = request.Scheme == "https";
        if (host.Count != 1 || request.RawTarget.Length + host[0]!.Length > 480 // Counted: there is one.
            || TargetNormaliser.TryNormalise(https, host[0], request.RawTarget, targetBytes, out var target) != TargetProblem.None)
        {
            return false;
        }

        var fields = new LiveFields(request.Headers);
        var zone = node.ZoneOf(in target);
        if (!lookup.TryFind(in target, https, zone, in fields, out var lease, out var now))
        {
            return false;
        }

        node.Tally.For(zone).CountHit();
        sent = Send(features, lease, now);
        return true;
    }

    /// <summary>Nothing in the request asks for thought.</summary>
    private static bool IsSimple(IFeatureCollection features, IHttpRequestFeature request)
    {
        var headers = request.Headers;
        return request.Method == "GET"
            && request.RawTarget.StartsWith('/')
            && headers.ContentLength is null
            && headers.TransferEncoding.Count == 0
            && headers.CacheControl.Count == 0
            && headers.Pragma.Count == 0
            && headers.Range.Count == 0
            && headers.IfNoneMatch.Count == 0
            && headers.IfModifiedSince.Count == 0
            && headers.IfMatch.Count == 0
            && headers.IfUnmodifiedSince.Count == 0
            && headers.IfRange.Count == 0
            && headers.Upgrade.Count == 0
            && headers.KeepAlive.Count == 0
            && headers.ProxyConnection.Count == 0
            && headers.Expect.Count == 0
            && headers.Authorization.Count == 0
            && (headers.Connection.Count == 0 || features.Get<RequestGuard>()?.Listed is null)
            && !headers.ContainsKey(Hops.CdnLoop)
            && !headers.ContainsKey(TierFields.Floor)
            && !headers.ContainsKey(TierFields.Consistency)
            && !headers.ContainsKey(TierFields.Session)
            && !request.RawTarget.StartsWith(Hidden, StringComparison.Ordinal);
    }

    private bool CarriesSession(IHttpRequestFeature request) =>
        node.Options.SessionCookie is { } name && request.Headers.Cookie is { Count: > 0 } cookies && cookies.ToString().Contains(name, StringComparison.Ordinal);

    private Task Send(IFeatureCollection features, EntryLease lease, long now)
    {
        var response = features.Get<IHttpResponseFeature>()!; // Every server has these two.
        var body = features.Get<IHttpResponseBodyFeature>()!;
        ref readonly var facts = ref lease.Facts<StoredFacts>();
        var headers = response.Headers;
        response.StatusCode = lease.Status;
        foreach (var field in lease.Head.Fields)
        {
            headers[field.Name] = field.Values;
        }

        headers.Via = Microsoft.Extensions.Primitives.StringValues.Concat(headers.Via, _via);
        headers.Age = node.Texts.Age(facts.AgeSecondsAt(now));
        headers["Cache-Status"] = headers.TryGetValue("Cache-Status", out var upper)
            ? Microsoft.Extensions.Primitives.StringValues.Concat(upper, node.Texts.Hit(facts.TtlSecondsAt(now)))
            : node.Texts.Hit(facts.TtlSecondsAt(now));
        headers.ContentLength = MayHaveBody(lease.Status) ? lease.BodyLength : null;
        var left = lease.BodyLength;
        if (left > HitLimits.PieceBytes)
        {
            return SendLongAsync(body.Writer, lease, Limit(features));
        }

        var cursor = lease.Body();
        while (cursor.TryReadSpan(out var piece))
        {
            piece.CopyTo(body.Writer.GetSpan(piece.Length));
            body.Writer.Advance(piece.Length);
        }

        lease.Dispose();
        var flush = body.Writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            return FlushAsync(flush, (int)left, Limit(features));
        }

        _ = flush.Result;
        return Task.CompletedTask;
    }

    private StallLimit Limit(IFeatureCollection features) => new(node.Time, node.Tally, node.Held, features.Get<IHttpRequestLifetimeFeature>()!); // Every server has it.

    private static async Task FlushAsync(ValueTask<FlushResult> flush, int bytes, StallLimit limit)
    {
        using (limit)
        {
            await limit.WithinAsync(flush, bytes).ConfigureAwait(false);
        }
    }

    private static bool MayHaveBody(int status) => status is not (204 or 304) and >= 200;

    /// <summary>In pieces, each after the one before is on its way: a slow reader holds its own lease and nothing else.</summary>
    private static async Task SendLongAsync(PipeWriter writer, EntryLease lease, StallLimit limit)
    {
        using var held = lease;
        using var patience = limit;
        var cursor = lease.Body();
        while (cursor.TryRead(out var piece))
        {
            for (var at = 0; at < piece.Length; at += HitLimits.PieceBytes)
            {
                var part = piece.Slice(at, Math.Min(HitLimits.PieceBytes, piece.Length - at));
                if ((await patience.WithinAsync(writer.WriteAsync(part), part.Length).ConfigureAwait(false)).IsCompleted)
                {
                    return;
                }
            }
        }
    }
}
