using System.Runtime.InteropServices;

namespace EdgeCache.Http.Rules;

/// <summary>A time in milliseconds of any clock, in six bytes: 4,400 years to both sides of its zero, beyond which it saturates.</summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(ushort))]
internal readonly struct Milliseconds48
{
    private const long Most = (1L << 47) - 1;
    private readonly uint _low;
    private readonly short _high;

    private Milliseconds48(long value)
    {
        value = Math.Clamp(value, -Most, Most);
        _low = unchecked((uint)value); // the low half
        _high = (short)(value >> 32);
    }

    /// <summary>Packs.</summary>
    public static implicit operator Milliseconds48(long value) => new(value);

    /// <summary>Unpacks.</summary>
    public static implicit operator long(Milliseconds48 packed) => ((long)packed._high << 32) | packed._low;
}
