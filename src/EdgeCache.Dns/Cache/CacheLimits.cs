namespace EdgeCache.Dns.Cache;

/// <summary>Bounds on what is kept and for how long, in one place. Times in milliseconds.</summary>
internal static class CacheLimits
{
    /// <summary>Longest life of a positive answer, seconds (RFC 8767 §4 advises a limit of days).</summary>
    public const uint MaxTtl = 604_800;

    /// <summary>Longest life of a negative answer, seconds: RFC 2308 §5 advises one to three hours.</summary>
    public const uint MaxNegativeTtl = 10_800;

    /// <summary>A failure is remembered this long at first, doubled each time it repeats (RFC 9520 §3.2: at least a second, at most five minutes).</summary>
    public const int FirstFailure = 1_000;

    public const int LastFailure = 300_000;

    /// <summary>How long an answer may be given after its time ran out when nothing newer can be had (RFC 8767 §5: one to three days).</summary>
    public const long MaxStale = 86_400_000;

    /// <summary>Octets counted for an entry beside its name and data: object headers, fields and its slot.</summary>
    public const int EntryOverhead = 232;

    /// <summary>Names in one RRset that are looked at; a larger set is refused as malformed.</summary>
    public const int MaxRecordsPerSet = 1_024;

    /// <summary>Hits after which an answer about to end counts as hot and is fetched ahead.</summary>
    public const int HotHits = 2;
}
