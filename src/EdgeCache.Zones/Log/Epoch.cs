using System.Globalization;

namespace EdgeCache.Zones.Log;

/// <summary>
/// The incarnation of a zone's log: a random 64-bit number, never a counter, made anew when a log was lost or restored (PLANE.md 2).
/// Serials of different epochs are not comparable. Zero means "none".
/// </summary>
public readonly record struct Epoch(ulong Value)
{
    /// <summary>Sixteen lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Parses what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Epoch epoch)
    {
        var good = ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && text.Length <= 16;
        epoch = new Epoch(value);
        return good;
    }
}
