namespace EdgeCache.Http.Rules;

/// <summary>What an unsafe request invalidates (RFC 9111 §4.4).</summary>
internal static class Invalidation
{
    /// <summary>
    /// True when stored responses for the target become invalid: unsafe or unknown method, and an answer without error or none at all
    /// (<paramref name="status"/> null: nobody knows whether it was carried out, PLANE.md 15).
    /// </summary>
    public static bool Applies(MethodKind method, int? status) => MethodRules.Invalidates(method) && (status is not { } code || StatusRules.IsNonError(code));

    /// <summary>The target, and Location and Content-Location where they are of the same origin; absolute, without fragment, each once.</summary>
    public static IReadOnlyList<Uri> Targets(Uri target, string? location, string? contentLocation)
    {
        var found = new List<Uri> { target };
        Add(found, target, location);
        Add(found, target, contentLocation);
        return found;
    }

    private static void Add(List<Uri> found, Uri target, string? reference)
    {
        if (reference is not null && Uri.TryCreate(target, reference, out var other) && SameOrigin(target, other)
            && !found.Exists(u => string.Equals(u.PathAndQuery, other.PathAndQuery, StringComparison.Ordinal)))
        {
            found.Add(other);
        }
    }

    /// <summary>Same scheme, host and port (RFC 9110 §4.3.1): otherwise one site could empty another's cache.</summary>
    private static bool SameOrigin(Uri one, Uri other) =>
        string.Equals(one.Scheme, other.Scheme, StringComparison.OrdinalIgnoreCase)
        && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase) && one.Port == other.Port;
}
