using System.Collections.Frozen;

namespace EdgeCache.Http.Rules;

/// <summary>Which stored fields a 304 made by the cache carries (RFC 9110 §15.4.5): all but those that describe content it does not have.</summary>
internal static class NotModifiedFields
{
    private static readonly FrozenSet<string> OfTheContent = new[]
    {
        "Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Content-Range", "Content-MD5", "Content-Digest",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>True when the field goes out; Last-Modified only where no ETag tells more.</summary>
    public static bool Keeps(string name, bool hasETag) =>
        !OfTheContent.Contains(name) && !(hasETag && name.Equals("Last-Modified", StringComparison.OrdinalIgnoreCase));
}
