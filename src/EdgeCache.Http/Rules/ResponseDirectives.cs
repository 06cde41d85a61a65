using System.Collections.Immutable;

namespace EdgeCache.Http.Rules;

/// <summary>Response directives without an argument that a shared cache acts on.</summary>
[Flags]
internal enum ResponseFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,
    Public = 1 << 0,
    Private = 1 << 1,
    NoStore = 1 << 2,
    NoCache = 1 << 3,
    MustRevalidate = 1 << 4,
    ProxyRevalidate = 1 << 5,
    MustUnderstand = 1 << 6,
    NoTransform = 1 << 7,
    Immutable = 1 << 8,
}

/// <summary>
/// The response directives of RFC 9111 §5.2.2 and RFC 5861 that apply to a shared cache. <c>default</c> means: none given.
/// What restricts is honoured in any form; what permits counts only when well formed.
/// </summary>
internal readonly record struct ResponseDirectives
{
    /// <summary>Most field names kept from <c>private=</c> and <c>no-cache=</c>; more than these and the directive counts as unqualified.</summary>
    public const int MaxListedFields = 64;

    /// <summary>Directives without argument.</summary>
    public ResponseFlags Flags { get; init; }

    /// <summary><c>max-age</c>.</summary>
    public DeltaSeconds MaxAge { get; init; }

    /// <summary><c>s-maxage</c>.</summary>
    public DeltaSeconds SharedMaxAge { get; init; }

    /// <summary><c>stale-while-revalidate</c> (RFC 5861 §3).</summary>
    public DeltaSeconds StaleWhileRevalidate { get; init; }

    /// <summary><c>stale-if-error</c> (RFC 5861 §4).</summary>
    public DeltaSeconds StaleIfError { get; init; }

    /// <summary>Names of <c>private="…"</c> and <c>no-cache="…"</c>: this cache stores the response without those fields.</summary>
    public ImmutableArray<string> WithheldFields { get; init; }

    /// <summary>True when the flag is set.</summary>
    public bool Has(ResponseFlags flag) => (Flags & flag) != 0;

    /// <summary>
    /// True when a stale response may never be served without validation: must-revalidate (§5.2.2.2), proxy-revalidate (§5.2.2.8), s-maxage (§5.2.2.10).
    /// </summary>
    public bool ForbidsStale => Has(ResponseFlags.MustRevalidate | ResponseFlags.ProxyRevalidate) || SharedMaxAge.IsPresent;
}
