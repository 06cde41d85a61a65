namespace EdgeCache.Http.Rules;

/// <summary>
/// Targeted cache control (RFC 9213): a Dictionary whose members are cache directives. A field that does not parse, is empty, or has only members of the wrong type
/// counts as absent, so that the next field decides.
/// </summary>
internal static class TargetedControl
{
    /// <summary>Ours, the most specific.</summary>
    public const string EdgeCacheControl = "EdgeCache-Control";

    /// <summary>The one for all CDNs (RFC 9213 §3.1).</summary>
    public const string CdnCacheControl = "CDN-Cache-Control";

    /// <summary>Reads the joined lines of a targeted field.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ResponseDirectives directives)
    {
        directives = default;
        if (!StructuredReader.TryDictionary(text, out var members) || members.Count == 0)
        {
            return false;
        }

        var usable = 0;
        var wrong = 0;
        foreach (var (name, value) in members)
        {
            switch (Apply(ref directives, name, value))
            {
                case true:
                    usable++;
                    break;
                case false:
                    wrong++;
                    break;
                default:
                    break;
            }
        }

        return usable > 0 || wrong == 0;
    }

    /// <summary>Applies one member; false when a known directive has the wrong type, null when the directive is not known.</summary>
    private static bool? Apply(ref ResponseDirectives directives, string name, StructuredValue value)
    {
        switch (name)
        {
            case "max-age":
                directives = directives with { MaxAge = Seconds(value) };
                return value.Kind == StructuredKind.Integer;
            case "s-maxage":
                directives = directives with { SharedMaxAge = Seconds(value) };
                return value.Kind == StructuredKind.Integer;
            case "stale-while-revalidate":
                directives = directives with { StaleWhileRevalidate = Seconds(value) };
                return value.Kind == StructuredKind.Integer;
            case "stale-if-error":
                directives = directives with { StaleIfError = Seconds(value) };
                return value.Kind == StructuredKind.Integer;
            case "private":
            case "no-cache":
                return ApplyQualified(ref directives, name, value);
            default:
                var flag = Flag(name);
                if (flag == ResponseFlags.None)
                {
                    return null;
                }

                directives = value.IsTrue ? directives with { Flags = directives.Flags | flag } : directives;
                return value.Kind == StructuredKind.Boolean;
        }
    }

    private static bool ApplyQualified(ref ResponseDirectives directives, string name, StructuredValue value)
    {
        if (value.Kind is StructuredKind.String or StructuredKind.Token)
        {
            // The same grammar as in Cache-Control, so the same reader.
            var parser = default(ResponseDirectivesParser);
            parser.AddLine($"{name}=\"{value.Text}\"");
            var parsed = parser.Build();
            directives = directives with
            {
                Flags = directives.Flags | parsed.Flags,
                WithheldFields = directives.WithheldFields.IsDefault ? parsed.WithheldFields : directives.WithheldFields.AddRange(parsed.WithheldFields),
            };
            return true;
        }

        var flag = name == "private" ? ResponseFlags.Private : ResponseFlags.NoCache;
        directives = value is { Kind: StructuredKind.Boolean, IsTrue: false } ? directives : directives with { Flags = directives.Flags | flag };
        return value.Kind == StructuredKind.Boolean;
    }

    private static ResponseFlags Flag(string name) => name switch
    {
        "public" => ResponseFlags.Public,
        "no-store" => ResponseFlags.NoStore,
        "must-revalidate" => ResponseFlags.MustRevalidate,
        "proxy-revalidate" => ResponseFlags.ProxyRevalidate,
        "must-understand" => ResponseFlags.MustUnderstand,
        "no-transform" => ResponseFlags.NoTransform,
        "immutable" => ResponseFlags.Immutable,
        _ => ResponseFlags.None,
    };

    // A negative number is an Integer, but no delta-seconds: invalid, which means stale.
    private static DeltaSeconds Seconds(StructuredValue value) =>
        value.Kind == StructuredKind.Integer && value.Number >= 0 ? DeltaSeconds.Of((ulong)value.Number) : DeltaSeconds.Invalid;
}
