using System.Globalization;
using System.Text;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>Keys of service parameters, RFC 9460 §14.3.2, RFC 9461 (dohpath) and RFC 9540 (ohttp).</summary>
internal enum SvcParamKey : ushort
{
    Mandatory = 0,
    Alpn = 1,
    NoDefaultAlpn = 2,
    Port = 3,
    Ipv4Hint = 4,
    Ech = 5,
    Ipv6Hint = 6,
    DohPath = 7,
    Ohttp = 8,
}

/// <summary>The words of <see cref="SvcParamKey"/>; others are written key123.</summary>
internal static class SvcParamKeyText
{
    private const string Generic = "key";

    private static readonly string[] Words = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp"];

    public static string Format(ushort key) => key < Words.Length ? Words[key] : FormatGeneric(key);

    public static string FormatGeneric(ushort key) => Generic + key.ToString(CultureInfo.InvariantCulture);

    /// <summary>65535 is reserved as invalid (RFC 9460 §14.3.2); numbers have no leading zeros (§2.1).</summary>
    public static bool TryParse(ReadOnlySpan<byte> word, out ushort key, out bool generic)
    {
        key = 0;
        generic = false;
        for (int i = 0; i < Words.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(word, Words[i]))
            {
                key = (ushort)i;
                return true;
            }
        }

        if (word.Length <= Generic.Length || !Ascii.EqualsIgnoreCase(word[..Generic.Length], Generic))
        {
            return false;
        }

        ReadOnlySpan<byte> digits = word[Generic.Length..];
        generic = true;
        return (digits.Length == 1 || digits[0] != (byte)'0')
            && ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out key) && key != ushort.MaxValue;
    }
}
