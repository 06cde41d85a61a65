using System.Collections.Frozen;

namespace EdgeCache.Http.Rules;

/// <summary>Which fields of a response are stored (RFC 9111 §3.1): all but those of the connection and those its directives withhold.</summary>
internal static class StoredFields
{
    private static readonly FrozenSet<string> OfTheConnection = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Made anew for each answer.</summary>
    private static readonly FrozenSet<string> OfTheAnswer = new[] { "Age", "Edge-Session", "Edge-Position" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> NeverStored = OfTheConnection.Concat(OfTheAnswer).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>True for a field that only concerns the connection it came on.</summary>
    public static bool IsHopByHop(string name) => OfTheConnection.Contains(name);

    /// <summary>The lines to store, in order.</summary>
    public static HeaderLine[] Select(ReadOnlySpan<HeaderLine> lines, in ResponseDirectives directives)
    {
        var refused = Refused(lines, in directives);
        var kept = new HeaderLine[lines.Length];
        var count = 0;
        foreach (var line in lines)
        {
            if (!NeverStored.Contains(line.Name) && refused?.Contains(line.Name) != true)
            {
                kept[count++] = line;
            }
        }

        return count == kept.Length ? kept : kept[..count];
    }

    /// <summary>The lines that private= and no-cache= name: they belong to the one who asked (RFC 9111 §5.2.2.4, §5.2.2.7).</summary>
    public static HeaderLine[] WithheldOf(HeaderLine[] lines, in ResponseDirectives directives)
    {
        if (directives.WithheldFields.IsDefaultOrEmpty)
        {
            return [];
        }

        var names = directives.WithheldFields;
        return Array.FindAll(lines, l => names.Contains(l.Name, StringComparer.OrdinalIgnoreCase) && !IsHopByHop(l.Name) && !OfTheAnswer.Contains(l.Name));
    }

    /// <summary>Names listed in Connection, and those that private= and no-cache= withhold from a shared cache; null when there are none.</summary>
    internal static HashSet<string>? Refused(ReadOnlySpan<HeaderLine> lines, in ResponseDirectives directives)
    {
        var refused = directives.WithheldFields.IsDefaultOrEmpty ? null : new HashSet<string>(directives.WithheldFields, StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            ReadOnlySpan<char> rest = line.Is("Connection") ? line.Value : default;
            while (FieldSyntax.TryNextMember(ref rest, out var name))
            {
                refused ??= new(StringComparer.OrdinalIgnoreCase);
                refused.Add(name.ToString());
            }
        }

        return refused;
    }
}
