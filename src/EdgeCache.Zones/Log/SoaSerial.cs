namespace EdgeCache.Zones.Log;

/// <summary>How a zone's 32-bit SOA serial moves (PLANE.md 29). Pure.</summary>
internal static class SoaSerial
{
    /// <summary>True when <paramref name="serial"/> is later than <paramref name="other"/> (RFC 1982 §3.2); the undefined case counts as not later.</summary>
    public static bool IsLater(uint serial, uint other) => unchecked((int)(serial - other)) > 0; // serial arithmetic wraps by definition

    /// <summary>The serial from an entry on. Zero is skipped: some secondaries take it for "unknown".</summary>
    public static uint Next(uint current, bool isDnsVisible, uint? asked)
    {
        if (asked is { } wanted && IsLater(wanted, current))
        {
            return wanted;
        }

        return !isDnsVisible ? current : current == uint.MaxValue ? 1 : current + 1;
    }

    /// <summary>The serial a new epoch begins with: the Unix time, or the one after the last known where that is later.</summary>
    public static uint Seed(long unixMilliseconds, uint lastKnown)
    {
        var now = unchecked((uint)(unixMilliseconds / 1000)); // wraps in 2106, which serial arithmetic allows
        var next = lastKnown == 0 ? now : Next(lastKnown, true, null);
        return lastKnown == 0 || IsLater(now, next) ? now : next;
    }
}
