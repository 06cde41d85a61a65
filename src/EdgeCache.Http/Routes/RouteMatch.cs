using System.Collections.Immutable;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Routes;

/// <summary>A header condition: the field is there, and if a value is given it is exactly that.</summary>
internal readonly record struct HeaderCondition(string Name, string? Value);

/// <summary>Which requests a route covers. An empty list covers everything; within a list any member suffices, all lists must agree. Matching does not allocate.</summary>
internal sealed record RouteMatch
{
    /// <summary>Methods, upper case as sent.</summary>
    public ImmutableArray<string> Methods { get; init; } = [];

    /// <summary><c>http</c> or <c>https</c>; null: both.</summary>
    public bool? Https { get; init; }

    /// <summary>Hosts, lower case: <c>shop.test</c>, or <c>*.shop.test</c> for everything under it.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Paths: <c>*</c> stands for any characters but a slash, <c>**</c> for any characters.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>Header conditions; all must hold.</summary>
    public ImmutableArray<HeaderCondition> Headers { get; init; } = [];

    /// <summary>True when the route covers the request.</summary>
    public bool Covers<T>(string method, bool https, in RequestTarget target, in T request)
        where T : IFieldSource, allows ref struct =>
        (Methods.IsEmpty || Methods.Contains(method)) && (Https is null || Https == https) && CoversHost(target.Host) && CoversPath(target.Path)
        && CoversHeaders(in request);

    private bool CoversHost(ReadOnlySpan<byte> host)
    {
        if (Hosts.IsEmpty)
        {
            return true;
        }

        foreach (var pattern in Hosts)
        {
            if (pattern.StartsWith("*.", StringComparison.Ordinal)
                ? host.Length >= pattern.Length && Ascii.EndsWith(host, pattern.AsSpan(1))
                : System.Text.Ascii.Equals(host, pattern))
            {
                return true;
            }
        }

        return false;
    }

    private bool CoversPath(ReadOnlySpan<byte> path)
    {
        if (Paths.IsEmpty)
        {
            return true;
        }

        foreach (var pattern in Paths)
        {
            if (PathPattern.Matches(pattern, path))
            {
                return true;
            }
        }

        return false;
    }

    private bool CoversHeaders<T>(in T request)
        where T : IFieldSource, allows ref struct
    {
        foreach (var (name, value) in Headers)
        {
            var lines = request.Field(name);
            if (lines.Count == 0 || (value is not null && !(lines.Count == 1 && lines[0] == value)))
            {
                return false;
            }
        }

        return true;
    }

    private static class Ascii
    {
        public static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<char> end) =>
            text.Length >= end.Length && System.Text.Ascii.Equals(text[^end.Length..], end);
    }
}
