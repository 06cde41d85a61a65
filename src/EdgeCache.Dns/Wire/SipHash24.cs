using System.Buffers.Binary;
using System.Numerics;

namespace EdgeCache.Dns.Wire;

/// <summary>SipHash-2-4 with a 64-bit result, as server cookies need it (RFC 9018 §4.4). Sums wrap by design.</summary>
internal static class SipHash24
{
    public const int KeyLength = 16;

    public static ulong Compute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        ulong k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        ulong k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
        ulong v0 = k0 ^ 0x736F_6D65_7073_6575;
        ulong v1 = k1 ^ 0x646F_7261_6E64_6F6D;
        ulong v2 = k0 ^ 0x6C79_6765_6E65_7261;
        ulong v3 = k1 ^ 0x7465_6462_7974_6573;
        ulong last = (ulong)(data.Length & 0xFF) << 56;
        for (; data.Length >= 8; data = data[8..])
        {
            Absorb(BinaryPrimitives.ReadUInt64LittleEndian(data), ref v0, ref v1, ref v2, ref v3);
        }

        for (int i = 0; i < data.Length; i++)
        {
            last |= (ulong)data[i] << (8 * i);
        }

        Absorb(last, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xFF;
        for (int i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Absorb(ulong block, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= block;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= block;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        unchecked
        {
            v0 += v1;
            v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
            v0 = BitOperations.RotateLeft(v0, 32);
            v2 += v3;
            v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
            v2 = BitOperations.RotateLeft(v2, 32);
        }
    }
}
