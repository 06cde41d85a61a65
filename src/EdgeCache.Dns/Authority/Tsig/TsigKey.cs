using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority.Tsig;

/// <summary>A secret shared with another server for HMAC-SHA256 (RFC 8945 §6). Immutable; never shown.</summary>
public sealed class TsigKey
{
    private TsigKey(DomainName name, byte[] secret)
    {
        Name = name;
        Secret = secret;
    }

    internal DomainName Name { get; }

    internal byte[] Secret { get; }

    /// <summary>A key of a name and a secret in base64, as <c>tsig-keygen</c> prints them; null when either is malformed or the secret is empty.</summary>
    public static TsigKey? Create(string name, string base64)
    {
        byte[] secret = new byte[base64.Length];
        bool good = Convert.TryFromBase64String(base64, secret, out int length) && length > 0;
        return good && DomainName.TryParse(name, out DomainName parsed) ? new TsigKey(parsed, secret[..length]) : null;
    }

    /// <summary>Whether this is the key of that name, written with or without its final dot and in any case.</summary>
    public bool IsNamed(string name) => DomainName.TryParse(name, out DomainName parsed) && parsed == Name;

    /// <summary>The name without the secret.</summary>
    public override string ToString() => Name.ToString();
}
