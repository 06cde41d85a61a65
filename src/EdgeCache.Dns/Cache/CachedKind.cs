namespace EdgeCache.Dns.Cache;

/// <summary>What an entry says.</summary>
internal enum CachedKind : byte
{
    /// <summary>Records of the name and type.</summary>
    Records,

    /// <summary>The name has no records of the type, RFC 2308 §2.2.</summary>
    NoData,

    /// <summary>The name does not exist, nor does any below it (RFC 8020).</summary>
    NoName,

    /// <summary>The answer could not be had, RFC 9520.</summary>
    Failure,

    /// <summary>Which servers answer for a zone: what the parent said.</summary>
    Cut,
}
