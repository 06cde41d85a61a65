namespace EdgeCache.Zones.Writing;

/// <summary>Writers' change ids (PLANE.md 4): any short visible text; a ULID where the writer gives none.</summary>
public static class ChangeIds
{
    /// <summary>Longest id, characters.</summary>
    public const int MaxLength = 128;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int TimeDigits = 10;
    private const int RandomDigits = 16;

    /// <summary>True for 1 to <see cref="MaxLength"/> letters, digits, <c>-</c>, <c>_</c>, <c>.</c>, <c>:</c>.</summary>
    public static bool IsValid(string id) =>
        id.Length is > 0 and <= MaxLength && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');

    /// <summary>A new ULID: 48 bits of Unix milliseconds, 80 random bits, Crockford's base 32.</summary>
    public static string New(long unixMilliseconds, Random random)
    {
        Span<char> text = stackalloc char[TimeDigits + RandomDigits];
        var rest = unixMilliseconds;
        for (var i = TimeDigits - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(rest & 31)];
            rest >>= 5;
        }

        for (var i = TimeDigits; i < text.Length; i++)
        {
            text[i] = Alphabet[random.Next(Alphabet.Length)];
        }

        return new string(text);
    }
}
