using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>What a request carries besides its directives that matters to a shared cache.</summary>
[Flags]
internal enum RequestFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Authorization (RFC 9111 §3.5).</summary>
    Authorization = 1 << 0,

    /// <summary>Cookie.</summary>
    Cookie = 1 << 1,

    /// <summary>Range, so that 206 or 416 may come back.</summary>
    Range = 1 << 2,

    /// <summary>If-None-Match or If-Modified-Since.</summary>
    Condition = 1 << 3,

    /// <summary>If-Match or If-Unmodified-Since: only the origin can answer.</summary>
    Precondition = 1 << 4,

    /// <summary>A body: GET with one is never answered from the cache nor stored.</summary>
    Body = 1 << 5,
}

/// <summary>The parsed facts of a request. Made without allocating.</summary>
internal readonly record struct RequestFacts(MethodKind Method, RequestDirectives Directives = default, RequestFlags Flags = RequestFlags.None)
{
    /// <summary>A GET without anything special.</summary>
    public static RequestFacts PlainGet { get; } = new(MethodKind.Get);

    /// <summary>True when any of the flags is set.</summary>
    public bool Has(RequestFlags flags) => (Flags & flags) != 0;

    /// <summary>
    /// The reason not to look into the cache at all, or <see cref="CacheReason.None"/>. Range and conditions are no reason: they are answered from stored responses.
    /// </summary>
    public CacheReason BypassReason() => Method switch
    {
        _ when Has(RequestFlags.Body) && Method is MethodKind.Get or MethodKind.Head => CacheReason.RequestBody,
        MethodKind.Get or MethodKind.Head => Has(RequestFlags.Precondition) ? CacheReason.Precondition : CacheReason.None,
        _ => CacheReason.Method,
    };

    /// <summary>Gathers facts from field values.</summary>
    public static RequestFacts Of(string method, StringValues cacheControl, StringValues pragma, RequestFlags flags) =>
        new(MethodRules.Kind(method), RequestDirectives.Parse(cacheControl, pragma), flags);
}
