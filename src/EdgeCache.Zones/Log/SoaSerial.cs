namespace EdgeCache.Zones.Log;

/// <summary>How a zone's 32-bit SOA serial moves (PLANE.md 29). Pure.</summary>
internal static class SoaSerial
{
    /// <summary>True when <paramref name="serial"/> is later than <paramref name="other"/> (RFC 1982 §3.2); the undefined case counts as not later.</summary>
    public static bool IsLater(uint serial, uint other) => unchecked((int)(serial - other)) > 0; // serial arithmetic wraps by definition

    /// <summary>The later of two; 0 stands for none.</summary>
    public static uint Later(uint one, uint other) => one == 0 || (other != 0 && IsLater(other, one)) ? other : one;

    /// <summary>The serial from an entry on. Zero is skipped: some secondaries take it for "unknown".</summary>
    public static uint Next(uint current, bool isDnsVisible, uint? asked)
    {
        if (asked is { } wanted && IsLater(wanted, current))
        {
            return wanted;
        }

        return !isDnsVisible ? current : current == uint.MaxValue ? 1 : current + 1;
    }

    /// <summary>
    /// What a new epoch steps over: the entries that the log may have lost before it, each of which may have moved the serial. More than the standard retention; whoever has such a serial would
    /// otherwise take the new log for an older one, or the lost state for a newer.
    /// </summary>
    public const uint MayBeLost = 1 << 17;

    /// <summary>The serial a new epoch begins with: the Unix time, or one after all that may have been given out where that is later.</summary>
    public static uint Seed(long unixMilliseconds, uint lastKnown)
    {
        var now = unchecked((uint)(unixMilliseconds / 1000)); // wraps in 2106, which serial arithmetic allows
        var beyond = unchecked(lastKnown + MayBeLost); // serial arithmetic wraps by definition
        var next = beyond == 0 ? 1 : beyond;
        return lastKnown == 0 || IsLater(now, next) ? now : next;
    }
}
