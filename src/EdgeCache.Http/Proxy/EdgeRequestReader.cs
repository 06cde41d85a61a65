using System.Text;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeCache.Http.Proxy;

/// <summary>Reads a server's request into what the cache works on, once.</summary>
internal static class EdgeRequestReader
{
    /// <summary>Characters of a target for which no memory is taken but the stack's, and the bytes that it can become: a character at most nine, and a host.</summary>
    private const int UsualTarget = 200;
    private const int RoomForUsual = (UsualTarget * 9) + 264;

    /// <summary>The request, or why its target cannot be taken.</summary>
    public static TargetProblem TryRead(HttpContext context, EdgeNode node, bool isUpgrade, out EdgeRequest? request, LowerTier tier = default)
    {
        request = null;
        var https = context.Request.IsHttps;
        var raw = context.Features.Get<IHttpRequestFeature>()!.RawTarget; // Every server has it.
        Span<byte> buffer = raw.Length <= UsualTarget ? stackalloc byte[RoomForUsual] : new byte[RequestTarget.MaxBytes];
        var problem = TargetNormaliser.TryNormalise(https, context.Request.Host.Value, raw, buffer, out var target);
        if (problem != TargetProblem.None)
        {
            return problem;
        }

        var listed = ListedFields.Of(context);
        var fields = new FieldSnapshot(context.Request.Headers, listed);
        var method = context.Request.Method;
        var rule = node.Routes.Table.Find(method, https, in target, in fields);
        Span<byte> key = raw.Length <= UsualTarget && rule.Key.Headers.IsEmpty && rule.Key.Cookies.IsEmpty ? stackalloc byte[RoomForUsual + 64] : new byte[CacheKey.MaxBytes];
        var hasKey = CacheKey.TryWrite(in target, https, method, rule.Key, in fields, key, out var keyLength);
        var zone = node.ZoneOf(in target);
        request = new EdgeRequest
        {
            Method = method,
            Https = https,
            Target = target.Text.ToArray(),
            HostLength = target.HostLength,
            PathLength = target.Path.Length,
            UpstreamTarget = Upstream(in target, rule),
            Key = hasKey ? key[..keyLength].ToArray() : [],
            Zone = zone,
            Required = zone.Floors.Generation,
            Facts = RequestFacts.Of(method, context.Request.Headers.CacheControl, context.Request.Headers.Pragma, Flags(context)),
            Rule = rule,
            Fields = fields,
            Listed = listed,
            IsUpgrade = isUpgrade,
            Stated = tier.Stated,
            IsBehindFloor = tier.IsBehind,
        };
        return TargetProblem.None;
    }

    private static string Upstream(in RequestTarget target, CacheRule rule)
    {
        if (rule.Key.KeepsQuery)
        {
            return Encoding.ASCII.GetString(target.PathAndQuery);
        }

        Span<byte> buffer = new byte[RequestTarget.MaxBytes];
        return CacheKey.TryWriteUpstream(in target, rule.Key, buffer, out var written)
            ? Encoding.ASCII.GetString(buffer[..written])
            : Encoding.ASCII.GetString(target.PathAndQuery);
    }

    private static RequestFlags Flags(HttpContext context)
    {
        var headers = context.Request.Headers;
        return (headers.Authorization.Count > 0 ? RequestFlags.Authorization : 0)
            | (headers.Cookie.Count > 0 ? RequestFlags.Cookie : 0)
            | (headers.Range.Count > 0 ? RequestFlags.Range : 0)
            | (headers.IfNoneMatch.Count > 0 || headers.IfModifiedSince.Count > 0 ? RequestFlags.Condition : 0)
            | (headers.IfMatch.Count > 0 || headers.IfUnmodifiedSince.Count > 0 ? RequestFlags.Precondition : 0)
            | (HasBody(context) ? RequestFlags.Body : 0);
    }

    private static bool HasBody(HttpContext context) =>
        context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0
        || (HttpProtocol.IsHttp2(context.Request.Protocol) && context.Request.ContentLength is null && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true });
}
