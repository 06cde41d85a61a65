namespace EdgeCache.Http.Rules;

/// <summary>Yes-or-no facts of a stored response.</summary>
[Flags]
internal enum StoredFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Unqualified no-cache: validate on every use.</summary>
    AlwaysValidate = 1 << 0,

    /// <summary>must-revalidate, proxy-revalidate or s-maxage: never served stale.</summary>
    NeverStale = 1 << 1,

    /// <summary>The lifetime is a heuristic.</summary>
    Heuristic = 1 << 2,

    /// <summary>An ETag is stored.</summary>
    HasETag = 1 << 3,

    /// <summary>The stored ETag is strong.</summary>
    StrongETag = 1 << 4,

    /// <summary>A valid Last-Modified is stored.</summary>
    HasLastModified = 1 << 5,

    /// <summary>Last-Modified is a strong validator (RFC 9110 §8.8.2.2).</summary>
    StrongLastModified = 1 << 6,

    /// <summary>stale-if-error was given, so it also covers 5xx answers.</summary>
    HasStaleIfError = 1 << 7,

    /// <summary>Every change of this content is published or purged (PLANE.md 20).</summary>
    LogAuthority = 1 << 8,

    /// <summary>A cookie is set by the stored response.</summary>
    HasSetCookie = 1 << 9,
}
