using System.Globalization;

namespace EdgeCache.Configuration;

/// <summary>A number of bytes, written <c>256MiB</c>; <c>default</c> is nothing.</summary>
internal readonly record struct ByteSize(long Bytes)
{
    public const string Allowed = "a whole number with KiB, MiB or GiB, such as 256MiB";

    private static readonly (string Suffix, long Factor)[] Units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("B", 1)];

    public static bool TryParse(string? text, out ByteSize size)
    {
        size = default;
        foreach (var (suffix, factor) in Units)
        {
            if (text is null || !text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            // 2^20 GiB is beyond any machine and keeps the product inside 64 bits.
            var good = long.TryParse(text.AsSpan(0, text.Length - suffix.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number <= 1L << 20;
            size = new ByteSize(good ? number * factor : 0);
            return good;
        }

        return false;
    }

    public override string ToString() => Bytes % (1L << 20) == 0 ? $"{Bytes >> 20}MiB" : $"{Bytes}B";
}
