namespace EdgeCache.Http.Rules;

/// <summary>What the caching rules need to know of a method.</summary>
internal enum MethodKind : byte
{
    /// <summary>GET: answered from the cache, stored.</summary>
    Get,

    /// <summary>HEAD: answered from a stored GET, updates it.</summary>
    Head,

    /// <summary>Safe and passed through.</summary>
    OtherSafe,

    /// <summary>POST: unsafe; its response can be stored for GET (RFC 9110 §9.3.3).</summary>
    Post,

    /// <summary>Unsafe, or of unknown safety (RFC 9111 §4.4).</summary>
    Unsafe,
}

/// <summary>Classifies methods; they are case-sensitive (RFC 9110 §9.1).</summary>
internal static class MethodRules
{
    /// <summary>The kind of a method.</summary>
    public static MethodKind Kind(string method) => method switch
    {
        "GET" => MethodKind.Get,
        "HEAD" => MethodKind.Head,
        "POST" => MethodKind.Post,
        "OPTIONS" or "TRACE" or "PROPFIND" or "REPORT" or "SEARCH" or "QUERY" => MethodKind.OtherSafe,
        _ => MethodKind.Unsafe,
    };

    /// <summary>True for methods that may be sent again when nobody knows whether they arrived (RFC 9110 §9.2.2).</summary>
    public static bool IsIdempotent(string method) =>
        method is "GET" or "HEAD" or "PUT" or "DELETE" or "OPTIONS" or "TRACE" or "PROPFIND" or "REPORT" or "SEARCH" or "QUERY";

    /// <summary>True when a successful response invalidates.</summary>
    public static bool Invalidates(MethodKind kind) => kind is MethodKind.Post or MethodKind.Unsafe;
}
