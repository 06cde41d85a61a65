using System.Globalization;

namespace EdgeCache.Dns.Wire;

/// <summary>The mnemonic of a type and back; numbers without a mnemonic are written TYPE123, RFC 3597 §5.</summary>
internal static class RecordTypeText
{
    private const string Generic = "TYPE";

    /// <summary>Mnemonics that are read but have no member of their own: their data is opaque here.</summary>
    private static readonly Dictionary<string, ushort> ByText = Build();

    private static readonly Dictionary<ushort, string> ByNumber = ByText.ToDictionary(static p => p.Value, static p => p.Key);

    /// <summary>Every mnemonic that is read.</summary>
    public static IReadOnlyCollection<string> All => ByText.Keys;

    public static string Format(RecordType type) =>
        ByNumber.TryGetValue((ushort)type, out string? text) ? text : Generic + ((ushort)type).ToString(CultureInfo.InvariantCulture);

    public static bool TryParse(ReadOnlySpan<char> text, out RecordType type)
    {
        type = RecordType.None;
        if (text.Length is 0 or > 10)
        {
            return false;
        }

        if (ByText.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out ushort known))
        {
            type = (RecordType)known;
            return true;
        }

        if (text.StartsWith(Generic, StringComparison.OrdinalIgnoreCase)
            && ushort.TryParse(text[Generic.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
        {
            type = (RecordType)number;
            return true;
        }

        return false;
    }

    private static Dictionary<string, ushort> Build()
    {
        var map = new Dictionary<string, ushort>(StringComparer.OrdinalIgnoreCase);
        foreach (RecordType type in Enum.GetValues<RecordType>())
        {
            if (type != RecordType.None)
            {
                map[type.ToString()] = (ushort)type;
            }
        }

        foreach ((string text, ushort number) in new (string, ushort)[]
        {
            ("MINFO", 14), ("RP", 17), ("AFSDB", 18), ("LOC", 29), ("NAPTR", 35), ("KX", 36), ("CERT", 37), ("APL", 42), ("SSHFP", 44),
            ("IPSECKEY", 45), ("DHCID", 49), ("NSEC3", 50), ("NSEC3PARAM", 51), ("TLSA", 52), ("SMIMEA", 53), ("HIP", 55), ("CDS", 59),
            ("CDNSKEY", 60), ("OPENPGPKEY", 61), ("CSYNC", 62), ("ZONEMD", 63), ("SPF", 99), ("EUI48", 108), ("EUI64", 109), ("URI", 256),
        })
        {
            map[text] = number;
        }

        return map;
    }
}
