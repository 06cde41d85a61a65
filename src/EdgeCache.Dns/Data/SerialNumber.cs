namespace EdgeCache.Dns.Data;

/// <summary>Serial number arithmetic, RFC 1982: 32 bits that wrap by design.</summary>
internal static class SerialNumber
{
    /// <summary>Below zero when <paramref name="left"/> comes before; numbers exactly half the space apart count as before, on either side.</summary>
    public static int Compare(uint left, uint right) => unchecked((int)(left - right));
}
