using System.Collections.Immutable;
using System.Text.Json;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Routes;

/// <summary>
/// Reads cache rules from JSON: <c>{"routes":[{"name","match","ttl",…}]}</c>. Comments and trailing commas are allowed. Collects every error before it gives up,
/// and knows no half a table.
/// </summary>
internal static class RouteReader
{
    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };

    /// <summary>Reads a file's text; with errors the table is empty.</summary>
    public static IReadOnlyList<RouteError> Read(string file, ReadOnlySpan<byte> json, out RouteTable table)
    {
        table = RouteTable.Empty;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json.ToArray(), Json);
        }
        catch (JsonException e)
        {
            return [new(file, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}", "not JSON", "a JSON object with \"routes\"")];
        }

        using (document)
        {
            if (!JsonUnicode.IsSound(json, Json))
            {
                return [new(file, "$", "holds text that is no Unicode", "UTF-8, and escapes of whole characters")];
            }

            return Read(file, "", document.RootElement, out table);
        }
    }

    /// <summary>Reads the object that holds <c>routes</c>, found at <paramref name="path"/> of a larger configuration.</summary>
    public static IReadOnlyList<RouteError> Read(string file, string path, JsonElement element, out RouteTable table)
    {
        var root = new RuleElement(file, path, element, []);
        var routes = ImmutableArray.CreateBuilder<CacheRoute>();
        var names = new HashSet<string>();
        if (root.IsObject("routes"))
        {
            foreach (var route in root.Items("routes", RouteTable.MaxRoutes))
            {
                var read = ReadRoute(route, routes.Count);
                if (!names.Add(read.Rule.Name))
                {
                    route.Fail($"another route is named \"{read.Rule.Name}\"", "a name of its own: explain shows it");
                }

                routes.Add(read);
            }
        }

        table = root.Errors.Count == 0 ? new(routes.ToImmutable()) : RouteTable.Empty;
        return root.Errors;
    }

    private static CacheRoute ReadRoute(RuleElement route, int index)
    {
        if (!route.IsObject(
            "name", "match", "bypass", "ttl", "defaultTtl", "statusTtl", "staleWhileRevalidate", "staleIfError", "heuristics", "tags", "authority", "invalidate",
            "requestDirectives", "key"))
        {
            return new(new(), CacheRule.Standard);
        }

        var rule = new CacheRule
        {
            Name = route.Text("name", $"route-{index + 1}"),
            Bypass = route.Flag("bypass", false),
            Freshness = new()
            {
                ForcedTtl = route.Duration("ttl"),
                DefaultTtl = route.Duration("defaultTtl"),
                StaleWhileRevalidate = route.Duration("staleWhileRevalidate"),
                StaleIfError = route.Duration("staleIfError"),
                NoHeuristics = !route.Flag("heuristics", true),
            },
            StatusTtls = ReadStatusTtls(route),
            Tags = route.Texts("tags", IsTag, "tags without comma or control characters"),
            Authority = route.Choice("authority", Authority.Origin),
            Invalidate = route.Choice("invalidate", InvalidationReach.Cluster),
            IgnoresRequestDirectives = !route.Flag("requestDirectives", true),
            Key = ReadKey(route),
        };
        return new(ReadMatch(route), rule);
    }

    private static RouteMatch ReadMatch(RuleElement route)
    {
        var match = route.Child("match");
        if (match is null || !match.IsObject("methods", "scheme", "hosts", "paths", "headers"))
        {
            return new();
        }

        var headers = ImmutableArray.CreateBuilder<HeaderCondition>();
        foreach (var (name, value) in match.Members("headers"))
        {
            if (!FieldSyntax.IsToken(name))
            {
                value.Fail("not a header name", "a token");
            }

            var text = value.AsText();
            headers.Add(new(name, text == "*" ? null : text));
        }

        return new()
        {
            Methods = match.Texts("methods", t => FieldSyntax.IsToken(t), "method names"),
            Https = match.Choice("scheme", RouteScheme.Any) switch { RouteScheme.Https => true, RouteScheme.Http => false, _ => null },
            Hosts = match.Texts("hosts", IsHost, "lower-case hosts, \"*.\" in front for all under it"),
            Paths = match.Texts("paths", IsPath, $"paths from \"/\" on, with at most {PathPattern.MaxStars} stars"),
            Headers = headers.ToImmutable(),
        };
    }

    private static KeyParts ReadKey(RuleElement route)
    {
        var key = route.Child("key");
        if (key is null || !key.IsObject("method", "scheme", "host", "path", "query", "headers", "cookies"))
        {
            return KeyParts.Standard;
        }

        var parts = new KeyParts
        {
            Method = key.Flag("method", false),
            Scheme = key.Flag("scheme", true),
            Host = key.Flag("host", true),
            Path = key.Flag("path", true),
            Headers = [.. key.Texts("headers", t => FieldSyntax.IsToken(t), "header names").Select(h => h.ToLowerInvariant())],
            Cookies = key.Texts("cookies", t => FieldSyntax.IsToken(t), "cookie names"),
        };
        var query = key.Child("query");
        if (query is null || !query.IsObject("include", "exclude", "sort"))
        {
            return parts;
        }

        var include = query.Texts("include", IsParameter, "parameter names, a star at the end for a prefix");
        var exclude = query.Texts("exclude", IsParameter, "parameter names, a star at the end for a prefix");
        if (query.Has("include") && query.Has("exclude"))
        {
            query.Fail("include and exclude together", "one of them");
        }

        var mode = query.Has("include") ? QueryMode.Include : query.Has("exclude") ? QueryMode.Exclude : QueryMode.All;
        return parts with { Query = mode, QueryNames = mode == QueryMode.Include ? include : exclude, SortsQuery = query.Flag("sort", false) };
    }

    private static StatusTtls ReadStatusTtls(RuleElement route)
    {
        var seconds = new Dictionary<int, uint>();
        foreach (var (name, value) in route.Members("statusTtl"))
        {
            var isClass = name.Length == 3 && name.EndsWith("xx", StringComparison.Ordinal) && name[0] is >= '2' and <= '5';
            var isCode = int.TryParse(name, out var code) && code is >= 200 and <= 599;
            if (!isClass && !isCode)
            {
                value.Fail("not a status", "200 to 599, or 2xx to 5xx");
                continue;
            }

            if (value.AsDuration() is { } ttl)
            {
                seconds[isClass ? name[0] - '0' : code] = ttl;
            }
        }

        return seconds.Count == 0 ? StatusTtls.None : new(seconds);
    }

    private static bool IsTag(string text) => text.Length is > 0 and <= 1_024 && !text.Contains(',') && !text.Any(char.IsControl);

    private static bool IsHost(string text)
    {
        var name = text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text;
        return name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.' or ':' or '[' or ']' or '_');
    }

    private static bool IsPath(string text) =>
        text.StartsWith('/') && text.All(c => c is > ' ' and < '\u007f') && text.Count(c => c == '*') <= PathPattern.MaxStars && !text.Contains("***", StringComparison.Ordinal);

    private static bool IsParameter(string text) =>
        text.Length > 0 && text.All(c => c is > ' ' and < '\u007f' and not '&' and not '=' and not '#') && text.IndexOf('*', StringComparison.Ordinal) is var star
        && (star < 0 || star == text.Length - 1);

    private enum RouteScheme : byte
    {
        Any,
        Http,
        Https,
    }
}
