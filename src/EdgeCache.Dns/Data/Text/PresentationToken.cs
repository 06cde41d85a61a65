using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.Text;

/// <summary>One word of presentation form, escapes not yet resolved; a quoted one without its quotes.</summary>
internal readonly ref struct PresentationToken
{
    public PresentationToken(ReadOnlySpan<byte> text, int offset, bool quoted)
    {
        Text = text;
        Offset = offset;
        IsQuoted = quoted;
    }

    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Where it starts in the whole text.</summary>
    public int Offset { get; }

    public bool IsQuoted { get; }

    public bool Is(string word) =>
        !IsQuoted && System.Text.Ascii.EqualsIgnoreCase(Text, word);

    /// <summary>A decimal number without sign.</summary>
    public bool TryGetNumber(uint maximum, out uint value)
    {
        ulong sum = 0;
        value = 0;
        if (Text.Length is 0 or > 10)
        {
            return false;
        }

        foreach (byte octet in Text)
        {
            if (octet is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            sum = (sum * 10) + (uint)(octet - '0');
        }

        if (sum > maximum)
        {
            return false;
        }

        value = (uint)sum;
        return true;
    }

    /// <summary>Seconds: a number, or numbers with the units s, m, h, d, w, such as <c>1h30m</c>.</summary>
    public bool TryGetTtl(out uint seconds)
    {
        seconds = 0;
        ulong sum = 0;
        ulong number = 0;
        bool digits = false;
        if (Text.IsEmpty || IsQuoted)
        {
            return false;
        }

        foreach (byte octet in Text)
        {
            if (octet is >= (byte)'0' and <= (byte)'9')
            {
                number = (number * 10) + (uint)(octet - '0');
                digits = true;
                if (number > WireLimits.MaxTtl)
                {
                    return false;
                }

                continue;
            }

            uint unit = Unit(octet);
            if (!digits || unit == 0)
            {
                return false;
            }

            sum += number * unit;
            number = 0;
            digits = false;
        }

        sum += number;
        seconds = (uint)Math.Min(sum, WireLimits.MaxTtl);
        return sum <= WireLimits.MaxTtl && (digits || Text[^1] > (byte)'9');
    }

    private static uint Unit(byte octet) => octet switch
    {
        (byte)'s' or (byte)'S' => 1,
        (byte)'m' or (byte)'M' => 60,
        (byte)'h' or (byte)'H' => 3_600,
        (byte)'d' or (byte)'D' => 86_400,
        (byte)'w' or (byte)'W' => 604_800,
        _ => 0,
    };
}
