namespace EdgeCache.Dns.Wire;

/// <summary>What is wrong with a message received as a query, and so what the answer to it is.</summary>
internal enum QueryFault
{
    /// <summary>Well-formed; everything else in <see cref="QueryMessage"/> holds.</summary>
    None,

    /// <summary>No header, or itself a response: never answered, or two servers would talk forever.</summary>
    Drop,

    /// <summary>FORMERR.</summary>
    Malformed,

    /// <summary>NOTIMP: an opcode or a query type that is not offered.</summary>
    NotImplemented,

    /// <summary>BADVERS: EDNS of a version above 0, RFC 6891 §6.1.3.</summary>
    BadVersion,
}
