using System.Collections.Immutable;

namespace EdgeCache.Http.Rules;

/// <summary>
/// Surrogate-Control, older than structured fields: directives as in Cache-Control, each with <c>;target</c> if it is meant for one surrogate only.
/// Understood are <c>no-store</c> and <c>max-age=fresh[+stale]</c>.
/// </summary>
internal static class SurrogateControl
{
    /// <summary>Field name.</summary>
    public const string Name = "Surrogate-Control";

    /// <summary>The name this cache goes by in Surrogate-Capability, so that an origin can target it.</summary>
    public const string Target = "edgecache";

    /// <summary>What a request to the origin carries in Surrogate-Capability.</summary>
    public const string Capability = "edgecache=\"Surrogate/1.0\"";

    /// <summary>Reads the joined lines; false when nothing in it is meant for this cache.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ResponseDirectives directives)
    {
        directives = new() { WithheldFields = ImmutableArray<string>.Empty };
        var understood = false;
        while (FieldSyntax.TryNextMember(ref text, out var member))
        {
            var semicolon = member.IndexOf(';');
            var target = semicolon < 0 ? default : FieldSyntax.Trim(member[(semicolon + 1)..]);
            var directive = FieldSyntax.Trim(semicolon < 0 ? member : member[..semicolon]);
            if (semicolon < 0 || target.Equals(Target, StringComparison.OrdinalIgnoreCase))
            {
                understood |= Apply(ref directives, directive);
            }
        }

        return understood;
    }

    private static bool Apply(ref ResponseDirectives directives, ReadOnlySpan<char> directive)
    {
        if (directive.Equals("no-store", StringComparison.OrdinalIgnoreCase))
        {
            directives = directives with { Flags = directives.Flags | ResponseFlags.NoStore };
            return true;
        }

        const string maxAge = "max-age=";
        if (!directive.StartsWith(maxAge, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var value = directive[maxAge.Length..];
        var plus = value.IndexOf('+');
        var fresh = DeltaSeconds.Parse(plus < 0 ? value : value[..plus]);
        var stale = plus < 0 ? default : DeltaSeconds.Parse(value[(plus + 1)..]);
        directives = directives with { MaxAge = fresh, StaleWhileRevalidate = stale };
        return true;
    }
}
