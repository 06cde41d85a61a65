namespace EdgeCache.Dns.Cache;

/// <summary>
/// How far data may be trusted, RFC 2181 §5.4.1, lowest first. Addresses from additional sections have no rank: they live in the delegation they came with and
/// are never given to a client.
/// </summary>
internal enum DataRank : byte
{
    /// <summary>The answer of a server that does not claim authority.</summary>
    Answer,

    /// <summary>The answer of an authority.</summary>
    AuthoritativeAnswer,
}
