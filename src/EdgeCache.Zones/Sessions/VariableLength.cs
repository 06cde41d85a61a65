namespace EdgeCache.Zones.Sessions;

/// <summary>Unsigned integers, seven bits a byte, the lowest first.</summary>
internal static class VariableLength
{
    private const int MaxBytes = 10;

    public static void Write(Span<byte> bytes, ref int at, ulong value)
    {
        while (value >= 0x80)
        {
            bytes[at++] = (byte)((value & 0x7F) | 0x80);
            value >>= 7;
        }

        bytes[at++] = (byte)value;
    }

    /// <summary>False on short or overlong input.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, out ulong value)
    {
        value = 0;
        for (var i = 0; i < MaxBytes && at < bytes.Length; i++)
        {
            var next = bytes[at++];
            if (i == MaxBytes - 1 && next > 1)
            {
                return false;
            }

            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
