using System.Collections.Frozen;

namespace EdgeCache.Http.Rules;

/// <summary>Updates stored fields from a 304 or HEAD (RFC 9111 §3.2).</summary>
internal static class FieldUpdate
{
    /// <summary>They describe the stored body or select it, so the stored ones stay (§3.2, and RFC 9110 §15.4.5 for the tag that was asked about).</summary>
    private static readonly FrozenSet<string> OfTheStoredBody = new[]
    {
        "Content-Encoding", "Content-Length", "Content-MD5", "Content-Digest", "Repr-Digest", "Content-Range", "ETag", "Vary",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Stored lines with every received field in place of the stored field of that name; fields not received stay.</summary>
    public static HeaderLine[] Merge(ReadOnlySpan<HeaderLine> stored, ReadOnlySpan<HeaderLine> received, in ResponseDirectives receivedDirectives)
    {
        var updates = new List<HeaderLine>(received.Length);
        foreach (var line in StoredFields.Select(received, in receivedDirectives))
        {
            if (!OfTheStoredBody.Contains(line.Name))
            {
                updates.Add(line);
            }
        }

        // What the answer newly withholds must not be sent from the store either.
        var dropped = StoredFields.Refused([], in receivedDirectives) ?? new(StringComparer.OrdinalIgnoreCase);
        dropped.UnionWith(updates.Select(l => l.Name));
        var merged = new List<HeaderLine>(stored.Length + updates.Count);
        foreach (var line in stored)
        {
            if (!dropped.Contains(line.Name))
            {
                merged.Add(line);
            }
        }

        return [.. merged, .. updates];
    }

    /// <summary>The lines that say how long, and nothing about what.</summary>
    public static HeaderLine[] OfFreshness(HeaderLine[] lines) =>
        Array.FindAll(lines, line => FactFields.Of(line.Name) is FactField.Date or FactField.Expires or FactField.CacheControl or FactField.Targeted);
}
