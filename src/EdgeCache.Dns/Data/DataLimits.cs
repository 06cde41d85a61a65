namespace EdgeCache.Dns.Data;

/// <summary>Bounds on zone data, in one place.</summary>
internal static class DataLimits
{
    /// <summary>Octets of one RRset with type, class, TTL and lengths: it must fit a message beside header, question, owner names and OPT.</summary>
    public const int MaxRecordSet = 60_000;

    /// <summary>TTLs of a zone's data, PROTOCOL.md: a week.</summary>
    public const uint MaxTtl = 604_800;

    /// <summary>Includes within includes of a master file.</summary>
    public const int MaxIncludeDepth = 16;

    /// <summary>Records that one $GENERATE may make.</summary>
    public const int MaxGenerated = 65_536;

    /// <summary>Octets of one master file.</summary>
    public const long MaxMasterFile = 1L << 30;

    /// <summary>Errors reported of one zone file; further ones are only counted.</summary>
    public const int MaxReportedErrors = 100;

    /// <summary>Versions of a zone that IXFR can start from.</summary>
    public const int MaxJournalVersions = 10_000;

    /// <summary>Octets of record data the journal of one zone keeps.</summary>
    public const long MaxJournalOctets = 16L << 20;
}
