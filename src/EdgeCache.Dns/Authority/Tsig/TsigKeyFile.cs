using System.Text.RegularExpressions;

namespace EdgeCache.Dns.Authority.Tsig;

/// <summary>
/// Keys in the form that <c>tsig-keygen</c> prints and BIND, NSD's converter and Knot's users share:
/// <c>key "name" { algorithm hmac-sha256; secret "base64"; };</c>, with whole lines of comment behind <c>#</c> or <c>//</c>.
/// </summary>
public static partial class TsigKeyFile
{
    /// <summary>Keys read from one file; more are refused.</summary>
    public const int MaxKeys = 100;

    /// <summary>All keys of the text; none, and the reason, when any of it is not understood. The reason never quotes a secret.</summary>
    public static IReadOnlyList<TsigKey> Parse(string text, out string? reason)
    {
        string bare = Comment().Replace(text, string.Empty);
        var keys = new List<TsigKey>();
        int at = 0;
        foreach (Match match in Clause().Matches(bare))
        {
            if (match.Index != at && !string.IsNullOrWhiteSpace(bare[at..match.Index]))
            {
                break;
            }

            at = match.Index + match.Length;
            string name = match.Groups["name"].Value;
            reason = !match.Groups["algorithm"].Value.Equals("hmac-sha256", StringComparison.OrdinalIgnoreCase) ? $"the algorithm of key '{name}' is not hmac-sha256"
                : keys.Count == MaxKeys ? $"more than {MaxKeys} keys"
                : TsigKey.Create(name, match.Groups["secret"].Value) is { } key ? Add(keys, key)
                : $"the name or the secret of key '{name}' is malformed";
            if (reason is not null)
            {
                return [];
            }
        }

        reason = string.IsNullOrWhiteSpace(bare[at..]) ? keys.Count == 0 ? "there is no key" : null : "something that is no key clause";
        return reason is null ? keys : [];
    }

    private static string? Add(List<TsigKey> keys, TsigKey key)
    {
        keys.Add(key);
        return null;
    }

    // Only whole lines: a secret in base64 may contain two slashes.
    [GeneratedRegex("""^[ \t]*(#|//)[^\n]*""", RegexOptions.Multiline, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Comment();

    [GeneratedRegex("""key\s+"?(?<name>[^\s"{}]+)"?\s*\{\s*algorithm\s+"?(?<algorithm>[\w.-]+)"?\s*;\s*secret\s+"?(?<secret>[\w+/=]+)"?\s*;\s*\}\s*;""", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Clause();
}
