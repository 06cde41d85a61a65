using System.Collections.Frozen;

namespace EdgeCache.Http.Rules;

/// <summary>
/// Which request fields of a client go to the upstream. Fields in which applications believe a proxy (who the client is, which host, path or method is really meant)
/// are not in the cache key, so a client that sets them would choose what everybody else gets: they are refused, and what is true of them is set anew.
/// </summary>
internal static class ClientFields
{
    private const string ForwardedPrefix = "X-Forwarded-";
    private const string OriginalPrefix = "X-Original-";
    private const string EdgePrefix = "Edge-";

    private static readonly FrozenSet<string> Refused = new[]
    {
        "Forwarded", "X-Forwarded", "X-Forwarder-For", "X-Host", "X-HTTP-Host-Override", "Forwarded-Host", "X-Rewrite-URL", "X-Override-URL", "X-Proxy-URL", "X-Http-Destinationurl",
        "Destination-URL", "Http-Url", "Base-Url", "Request-Uri", "Proxy-Url", "Proxy-Host", "Proxy", "Front-End-Https", "X-Url-Scheme",
        "X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override", "X-Http-Method-Override-Get",
        "X-Real-IP", "X-Client-IP", "Client-IP", "True-Client-IP", "CF-Connecting-IP", "Fastly-Client-IP", "X-Cluster-Client-IP", "X-Remote-IP", "X-Remote-Addr",
        "X-Originating-IP", "X-ProxyUser-Ip", "X-Azure-ClientIP", "Forwarded-For", "Forwarded-For-IP", "X-Forwarded-For-IP", "X-Envoy-External-Address", "X-Appengine-User-IP",
        "Akamai-Client-IP", "Fly-Client-IP", "DO-Connecting-IP", "Incap-Client-IP", "X-Sucuri-ClientIP", "X-NF-Client-Connection-IP", "X-Vercel-Forwarded-For", "X-Backend-Host", "X-Server-Name",
        "WL-Proxy-Client-IP", "Proxy-Client-IP", "X-Envoy-Original-Path", "X-Envoy-Original-Host", "X-Envoy-Original-Method", "X-Middleware-Subrequest", "X-Arr-SSL", "X-Scheme", "X-Real-Host",
        "Surrogate-Capability", "Cache-Tag", "Surrogate-Key", "Cache-Groups", "Cache-Group-Invalidation", "Cache-Status",
        "EdgeCache-Control", "CDN-Cache-Control", "Surrogate-Control",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Our own fields that a client may send: its level of consistency and its session.</summary>
    private static readonly FrozenSet<string> OurOwn = new[] { "Edge-Consistency", "Edge-Session" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// True when the field is passed on as it is, unless the client's Connection field lists it. Applications behind CGI and its heirs read an underscore as a hyphen, so it is one here.
    /// </summary>
    public static bool Passes(string name) => PassesHyphenated(name.Contains('_', StringComparison.Ordinal) ? name.Replace('_', '-') : name);

    private static bool PassesHyphenated(string name) =>
        !StoredFields.IsHopByHop(name) && !Refused.Contains(name) && !StartsWith(name, ForwardedPrefix) && !StartsWith(name, OriginalPrefix)
        && !(StartsWith(name, EdgePrefix) && !OurOwn.Contains(name));

    private static bool StartsWith(string name, string prefix) => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
