using System.Collections.Immutable;

namespace EdgeCache.Http.Routes;

/// <summary>Which query parameters count.</summary>
internal enum QueryMode : byte
{
    /// <summary>The whole query as it is.</summary>
    All,

    /// <summary>Only the listed parameters.</summary>
    Include,

    /// <summary>All but the listed parameters.</summary>
    Exclude,
}

/// <summary>
/// What makes a cache key. A query parameter that does not count is not sent to the upstream either: an input that changes the answer but not the key would let one
/// client choose what all others get.
/// </summary>
internal sealed record KeyParts
{
    /// <summary>Scheme, host, path and the whole query.</summary>
    public static KeyParts Standard { get; } = new();

    /// <summary>The method; GET and HEAD count as one.</summary>
    public bool Method { get; init; }

    /// <summary>The scheme.</summary>
    public bool Scheme { get; init; } = true;

    /// <summary>The host.</summary>
    public bool Host { get; init; } = true;

    /// <summary>The path.</summary>
    public bool Path { get; init; } = true;

    /// <summary>Which query parameters count.</summary>
    public QueryMode Query { get; init; }

    /// <summary>Parameter names for <see cref="Query"/>; a trailing <c>*</c> matches the rest.</summary>
    public ImmutableArray<string> QueryNames { get; init; } = [];

    /// <summary>Parameters are sorted by name; equal names keep their order.</summary>
    public bool SortsQuery { get; init; }

    /// <summary>Request fields whose values count.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    /// <summary>Cookies whose values count.</summary>
    public ImmutableArray<string> Cookies { get; init; } = [];

    /// <summary>True when the query is used as it is.</summary>
    public bool KeepsQuery => Query == QueryMode.All && !SortsQuery;
}
