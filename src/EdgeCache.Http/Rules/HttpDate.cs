namespace EdgeCache.Http.Rules;

/// <summary>
/// HTTP-date (RFC 9110 §5.6.7) to Unix seconds and back. Reads all three formats, without case (RFC 9111 §4.2); any other zone than GMT, any other
/// spacing or digit count is invalid. The day name must be one, but is not compared with the date.
/// </summary>
internal static class HttpDate
{
    /// <summary>Length of the format written.</summary>
    public const int Length = 29;

    private const int FarFutureYears = 50;
    private static readonly string[] Days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    private static readonly string[] LongDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>Reads a date; <paramref name="nowSeconds"/> decides the century of the two-digit format.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, long nowSeconds, out long seconds)
    {
        text = FieldSyntax.Trim(text);
        return TryParseImf(text, out seconds) || TryParseAsctime(text, out seconds) || TryParseRfc850(text, nowSeconds, out seconds);
    }

    /// <summary>The preferred format.</summary>
    public static string Format(long seconds) => string.Create(Length, seconds, static (span, value) => TryFormat(value, span));

    /// <summary>Writes the preferred format; false when the span is shorter than <see cref="Length"/>.</summary>
    public static bool TryFormat(long seconds, Span<char> destination) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).TryFormat(destination, out _, "r");

    /// <summary>Writes the preferred format in ASCII; false when the span is shorter than <see cref="Length"/>.</summary>
    public static bool TryFormat(long seconds, Span<byte> destination) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).TryFormat(destination, out _, "r");

    // Sun, 06 Nov 1994 08:49:37 GMT
    private static bool TryParseImf(ReadOnlySpan<char> text, out long seconds)
    {
        seconds = 0;
        return text.Length == Length && IndexOf(Days, text[..3]) >= 0 && text[3] == ',' && text[4] == ' ' && text[7] == ' ' && text[11] == ' '
            && text[16] == ' ' && IsGmt(text[25..])
            && TryDigits(text[5..7], out var day) && IndexOf(Months, text[8..11]) is >= 0 and var month && TryDigits(text[12..16], out var year)
            && TryCombine(year, month, day, text[17..25], out seconds);
    }

    // Sun Nov  6 08:49:37 1994
    private static bool TryParseAsctime(ReadOnlySpan<char> text, out long seconds)
    {
        seconds = 0;
        return text.Length == 24 && IndexOf(Days, text[..3]) >= 0 && text[3] == ' ' && text[7] == ' ' && text[10] == ' ' && text[19] == ' '
            && TryDigits(text[8] == ' ' ? text[9..10] : text[8..10], out var day) && IndexOf(Months, text[4..7]) is >= 0 and var month
            && TryDigits(text[20..24], out var year) && TryCombine(year, month, day, text[11..19], out seconds);
    }

    // Sunday, 06-Nov-94 08:49:37 GMT
    private static bool TryParseRfc850(ReadOnlySpan<char> text, long nowSeconds, out long seconds)
    {
        seconds = 0;
        var comma = text.IndexOf(',');
        if (comma < 0 || IndexOf(LongDays, text[..comma]) < 0)
        {
            return false;
        }

        text = text[(comma + 1)..];
        if (text.Length != 23 || text[0] != ' ' || text[3] != '-' || text[7] != '-' || text[10] != ' ' || !IsGmt(text[19..])
            || !TryDigits(text[1..3], out var day) || IndexOf(Months, text[4..7]) is not (>= 0 and var month) || !TryDigits(text[8..10], out var year))
        {
            return false;
        }

        var now = DateTimeOffset.FromUnixTimeSeconds(nowSeconds).Year;
        var century = now - (now % 100);
        var candidate = century + 100 + year;
        while (candidate > now + FarFutureYears)
        {
            candidate -= 100;
        }

        return TryCombine(candidate, month, day, text[11..19], out seconds);
    }

    private static bool IsGmt(ReadOnlySpan<char> text) => text.Equals(" GMT", StringComparison.OrdinalIgnoreCase);

    private static bool TryCombine(int year, int monthIndex, int day, ReadOnlySpan<char> time, out long seconds)
    {
        seconds = 0;
        if (time[2] != ':' || time[5] != ':'
            || !TryDigits(time[..2], out var hour) || !TryDigits(time[3..5], out var minute) || !TryDigits(time[6..8], out var second)
            || year is < 1 or > 9999 || day < 1 || day > DateTime.DaysInMonth(year, monthIndex + 1) || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        // A leap second (60) counts into the next minute.
        var start = new DateTimeOffset(year, monthIndex + 1, day, hour, minute, 0, TimeSpan.Zero);
        seconds = start.ToUnixTimeSeconds() + second;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }

        return true;
    }

    private static int IndexOf(string[] names, ReadOnlySpan<char> text)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (text.Equals(names[i], StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }
}
