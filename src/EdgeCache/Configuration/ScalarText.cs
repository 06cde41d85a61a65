using System.Globalization;

namespace EdgeCache.Configuration;

/// <summary>Turns the text of one setting into its type, or says what would be allowed.</summary>
internal static class ScalarText
{
    public static bool IsScalar(Type type) =>
        Bare(type) is var bare && (bare == typeof(string) || bare == typeof(bool) || bare == typeof(int) || bare == typeof(TimeSpan) || bare == typeof(ByteSize) || bare.IsEnum);

    public static bool TryParse(Type type, string text, out object? value)
    {
        var bare = Bare(type);
        value = null;
        if (bare == typeof(string))
        {
            value = text;
        }
        else if (bare == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            value = number;
        }
        else if (bare == typeof(bool) && bool.TryParse(text, out var flag))
        {
            value = flag;
        }
        else if (bare == typeof(TimeSpan) && DurationText.TryParse(text, out var duration))
        {
            value = duration;
        }
        else if (bare == typeof(ByteSize) && ByteSize.TryParse(text, out var size))
        {
            value = size;
        }
        else if (bare.IsEnum && Enum.GetNames(bare).FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name)
        {
            value = Enum.Parse(bare, name);
        }

        return value is not null;
    }

    public static string Allowed(Type type)
    {
        var bare = Bare(type);
        return bare == typeof(int) ? "a whole number"
            : bare == typeof(bool) ? "true or false"
            : bare == typeof(TimeSpan) ? DurationText.Allowed
            : bare == typeof(ByteSize) ? ByteSize.Allowed
            : bare.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(bare).Select(n => n.ToLowerInvariant()))
            : "a text";
    }

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
