namespace EdgeCache.Dns.Wire;

/// <summary>What a type number may be used for.</summary>
internal static class RecordTypes
{
    /// <summary>Types that exist only in queries or messages and never as data of a zone (RFC 6895 §3.1).</summary>
    public static bool IsMeta(RecordType type) =>
        type is RecordType.None or RecordType.OPT or (>= (RecordType)128 and <= RecordType.ANY);

    /// <summary>Types that may be named in a question: data, transfers and ANY; not OPT, TKEY, TSIG nor the reserved zero.</summary>
    public static bool IsQuestion(RecordType type) =>
        !IsMeta(type) || type is RecordType.ANY or RecordType.AXFR or RecordType.IXFR or RecordType.MAILA or RecordType.MAILB;
}
