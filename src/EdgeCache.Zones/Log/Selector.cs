namespace EdgeCache.Zones.Log;

/// <summary>What a floor can cover.</summary>
public enum SelectorKind
{
    /// <summary>Everything in the zone.</summary>
    All,

    /// <summary>A normalised URI without scheme, <c>host/path?query</c>; without a query it covers all queries (PLANE.md 17).</summary>
    Url,

    /// <summary>A tag, scoped by the zone (PLANE.md 14). An RFC 9875 group is the tag <c>group\0origin\0name</c>.</summary>
    Tag,

    /// <summary>A string prefix of <c>/path</c>, or of <c>host/path</c> when it does not begin with a slash.</summary>
    Prefix,

    /// <summary>A host, lower case, with its port only if it is not the scheme's default.</summary>
    Host,

    /// <summary>A record name with <see cref="Selector.Type"/> (empty: all types), relative to the apex.</summary>
    Name,

    /// <summary>A record name and everything under it.</summary>
    Subtree,
}

/// <summary>One thing a purge or a change covers. Already normalised: equal selectors have equal text.</summary>
public readonly record struct Selector(SelectorKind Kind, string Value, string Type = "")
{
    /// <summary>Longest selector, characters.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>Everything in the zone.</summary>
    public static Selector Everything { get; } = new(SelectorKind.All, "");
}
