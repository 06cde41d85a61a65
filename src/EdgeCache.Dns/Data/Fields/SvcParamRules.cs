using System.Buffers.Binary;

namespace EdgeCache.Dns.Data.Fields;

/// <summary>Which service parameters make sense, alone and together, RFC 9460 §7 and §8.</summary>
internal static class SvcParamRules
{
    /// <summary>The form of one value.</summary>
    public static bool IsWellFormed(ushort key, ReadOnlySpan<byte> value) => (SvcParamKey)key switch
    {
        SvcParamKey.Mandatory => value.Length > 0 && value.Length % 2 == 0 && AreAscending(value),
        SvcParamKey.Alpn => AreStrings(value),
        SvcParamKey.NoDefaultAlpn or SvcParamKey.Ohttp => value.IsEmpty,
        SvcParamKey.Port => value.Length == 2,
        SvcParamKey.Ipv4Hint => value.Length > 0 && value.Length % 4 == 0,
        SvcParamKey.Ipv6Hint => value.Length > 0 && value.Length % 16 == 0,
        SvcParamKey.Ech => value.Length > 0,
        _ => true,
    };

    /// <summary>The first thing wrong with a set of parameters, or null.</summary>
    public static string? Check(SortedDictionary<ushort, byte[]> found)
    {
        foreach ((ushort key, byte[] value) in found)
        {
            if (!IsWellFormed(key, value))
            {
                return $"the parameter {SvcParamKeyText.Format(key)} has a malformed value";
            }
        }

        if (found.ContainsKey((ushort)SvcParamKey.NoDefaultAlpn) && !found.ContainsKey((ushort)SvcParamKey.Alpn))
        {
            return "no-default-alpn needs alpn beside it (RFC 9460 section 7.1.1)";
        }

        if (!found.TryGetValue((ushort)SvcParamKey.Mandatory, out byte[]? mandatory))
        {
            return null;
        }

        for (int i = 0; i < mandatory.Length; i += 2)
        {
            ushort key = BinaryPrimitives.ReadUInt16BigEndian(mandatory.AsSpan(i));
            if (key == (ushort)SvcParamKey.Mandatory || !found.ContainsKey(key))
            {
                return $"mandatory names {SvcParamKeyText.Format(key)}, which may not be named or is missing (RFC 9460 section 8)";
            }
        }

        return null;
    }

    private static bool AreAscending(ReadOnlySpan<byte> keys)
    {
        int previous = -1;
        for (int i = 0; i + 2 <= keys.Length; i += 2)
        {
            int key = BinaryPrimitives.ReadUInt16BigEndian(keys[i..]);
            if (key <= previous)
            {
                return false;
            }

            previous = key;
        }

        return true;
    }

    private static bool AreStrings(ReadOnlySpan<byte> value)
    {
        bool any = !value.IsEmpty;
        while (!value.IsEmpty)
        {
            if (value[0] == 0 || value[0] >= value.Length)
            {
                return false;
            }

            value = value[(value[0] + 1)..];
        }

        return any;
    }
}
