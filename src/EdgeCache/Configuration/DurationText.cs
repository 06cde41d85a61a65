using System.Globalization;

namespace EdgeCache.Configuration;

/// <summary>Durations as people write them: <c>500ms</c>, <c>2s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c>; a bare number is seconds.</summary>
internal static class DurationText
{
    public const string Allowed = "a number with ms, s, m, h or d, such as 500ms or 2s";

    /// <summary>Longest duration that is taken, seconds (a year).</summary>
    private const double MaxSeconds = 366 * 86_400;

    private static readonly (string Suffix, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("", 1)];

    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        var (suffix, seconds) = Units.First(u => text.EndsWith(u.Suffix, StringComparison.Ordinal));
        if (!double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number * seconds > MaxSeconds)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(number * seconds);
        return true;
    }

    /// <summary>Writes what <see cref="TryParse"/> reads.</summary>
    public static string Format(TimeSpan duration) =>
        duration.TotalMilliseconds % 1000 != 0 ? $"{duration.TotalMilliseconds:0.###}ms" : $"{duration.TotalSeconds:0}s";
}
