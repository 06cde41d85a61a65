using System.Diagnostics.CodeAnalysis;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>
/// Where a Redis is: <c>host:port</c>, <c>redis://[user@]host[:port]</c>, or <c>rediss://…</c> for TLS. A password never stands in it: an address is logged and seen in process lists.
/// </summary>
public sealed record RedisAddress(string Host, int Port, bool UsesTls, string? User)
{
    /// <summary>What a text may be.</summary>
    public const string Allowed = "HOST:PORT, redis://[USER@]HOST[:PORT] or rediss://… for TLS; the password comes from the environment or a file";

    private const int DefaultPort = 6379;
    private const int MaxLength = 512;

    /// <summary>Reads one; false with a reason.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RedisAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        error = $"'{text}' is not the address of a Redis";
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength)
        {
            return false;
        }

        var isUrl = text.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(isUrl ? text : "redis://" + text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0
            || uri.PathAndQuery is not ("" or "/") || uri.Fragment.Length > 0 || uri.Port == 0 || (!isUrl && (uri.Port < 0 || uri.UserInfo.Length > 0)))
        {
            return false;
        }

        if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            error = "the address of a Redis holds a password, which would be logged";
            return false;
        }

        address = new RedisAddress(uri.Host.Trim('[', ']'), uri.Port < 0 ? DefaultPort : uri.Port, uri.Scheme == "rediss", uri.UserInfo.Length == 0 ? null : Uri.UnescapeDataString(uri.UserInfo));
        error = null;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
