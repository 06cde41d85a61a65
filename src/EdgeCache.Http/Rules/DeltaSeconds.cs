namespace EdgeCache.Http.Rules;

/// <summary>
/// A number of seconds from a directive or field: absent (the default), invalid, or a value that saturates at 2^31 (RFC 9111 §1.2.2).
/// </summary>
internal readonly record struct DeltaSeconds
{
    /// <summary>The greatest value; greater ones become this.</summary>
    public const uint Max = 2_147_483_648;

    private readonly byte _state;

    private DeltaSeconds(byte state, uint value)
    {
        _state = state;
        Value = value;
    }

    /// <summary>Given, but not a non-negative integer.</summary>
    public static DeltaSeconds Invalid { get; } = new(1, 0);

    /// <summary>True when the directive was there, well formed or not.</summary>
    public bool IsPresent => _state != 0;

    /// <summary>True when there is a value.</summary>
    public bool IsValid => _state == 2;

    /// <summary>True when it was there and could not be read.</summary>
    public bool IsInvalid => _state == 1;

    /// <summary>The seconds; 0 when absent or invalid.</summary>
    public uint Value { get; }

    /// <summary>A value.</summary>
    public static DeltaSeconds Of(ulong seconds) => new(2, (uint)Math.Min(seconds, Max));

    /// <summary>Reads 1*DIGIT; a sign, a fraction, a space or nothing at all is invalid.</summary>
    public static DeltaSeconds Parse(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return Invalid;
        }

        ulong value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return Invalid;
            }

            value = Math.Min((value * 10) + (ulong)(c - '0'), Max);
        }

        return Of(value);
    }
}
