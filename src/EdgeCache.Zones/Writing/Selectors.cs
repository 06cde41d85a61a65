using System.Diagnostics.CodeAnalysis;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Writing;

/// <summary>
/// Selectors from what a caller wrote, normalised so that equal things have equal text (PLANE.md 17). A url without a query covers every query, a host and a prefix every port;
/// tags are scoped by their zone because each zone has floors of its own (PLANE.md 14). Pure.
/// </summary>
public static class Selectors
{
    /// <summary>Longest tag, characters.</summary>
    public const int MaxTagLength = 1024;

    /// <summary>Makes a selector or says what is allowed. <paramref name="type"/> is for names only.</summary>
    public static bool TryMake(SelectorKind kind, string? value, string? type, out Selector selector, [NotNullWhen(false)] out string? error)
    {
        selector = default;
        error = null;
        var text = value ?? "";
        if (text.Length > Selector.MaxLength)
        {
            error = $"a selector has at most {Selector.MaxLength} characters";
            return false;
        }

        switch (kind)
        {
            case SelectorKind.All:
                selector = Selector.Everything;
                return true;
            case SelectorKind.Url:
                return TryUrl(text, out selector, out error);
            case SelectorKind.Prefix:
                return TryPrefix(text, out selector, out error);
            case SelectorKind.Host:
                return TryHost(text, out selector, out error);
            case SelectorKind.Tag:
                return TryTag(text, out selector, out error);
            default:
                return TryName(kind, text, type, out selector, out error);
        }
    }

    /// <summary>
    /// <c>host:port/path</c> without its port. A host and a prefix select on every port: whoever names a host means the site, also where an edge listens on a port of its own.
    /// </summary>
    public static string WithoutPort(string hostAndRest)
    {
        var slash = hostAndRest.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? hostAndRest : hostAndRest[..slash];
        var colon = host.IndexOf(':', Math.Max(0, host.IndexOf(']', StringComparison.Ordinal)));
        return colon < 0 ? hostAndRest : string.Concat(host.AsSpan(0, colon), hostAndRest.AsSpan(host.Length));
    }

    private static bool TryUrl(string text, out Selector selector, [NotNullWhen(false)] out string? error)
    {
        selector = default;
        if (!text.Contains('/', StringComparison.Ordinal) || !NormalisedUri.TryMake(text, out var uri) || uri.IndexOf('/', StringComparison.Ordinal) <= 0)
        {
            error = $"'{Shown(text)}' is not a url: write http://host/path, https://host/path or host/path";
            return false;
        }

        selector = new Selector(SelectorKind.Url, uri);
        error = null;
        return true;
    }

    private static bool TryPrefix(string text, out Selector selector, [NotNullWhen(false)] out string? error)
    {
        selector = default;
        var isPath = text.StartsWith('/');
        if (text.Length == 0 || text.Contains('?', StringComparison.Ordinal) || !NormalisedUri.TryMakePrefix(text, out var prefix))
        {
            error = $"'{Shown(text)}' is not a prefix: write /path or host/path, without a query";
            return false;
        }

        prefix = isPath ? prefix : WithoutPort(prefix);
        selector = new Selector(SelectorKind.Prefix, isPath || prefix.Contains('/', StringComparison.Ordinal) ? prefix : prefix + "/");
        error = null;
        return true;
    }

    private static bool TryHost(string text, out Selector selector, [NotNullWhen(false)] out string? error)
    {
        selector = default;
        if (!NormalisedUri.TryMakeHost(text, "", out var host))
        {
            error = $"'{Shown(text)}' is not a host: write host or host:port";
            return false;
        }

        selector = new Selector(SelectorKind.Host, WithoutPort(host));
        error = null;
        return true;
    }

    private static bool TryTag(string text, out Selector selector, [NotNullWhen(false)] out string? error)
    {
        selector = default;
        if (text.Length is 0 or > MaxTagLength || text.Any(c => c is '\r' or '\n'))
        {
            error = $"a tag has 1 to {MaxTagLength} characters in one line";
            return false;
        }

        selector = new Selector(SelectorKind.Tag, text);
        error = null;
        return true;
    }

    private static bool TryName(SelectorKind kind, string text, string? type, out Selector selector, [NotNullWhen(false)] out string? error)
    {
        selector = default;
        var hasType = kind == SelectorKind.Name && !string.IsNullOrEmpty(type);

        // Any type will do for the check of the name alone; DOC allows the widest set of characters.
        if (!RecordKey.TryParse(text, hasType ? type : RecordKey.Doc, out var key, out error)
            && (hasType || !RecordKey.TryParse(text, "A", out key, out error)))
        {
            return false;
        }

        selector = new Selector(kind, key.Name, hasType ? key.Type : "");
        error = null;
        return true;
    }

    private static string Shown(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
