namespace EdgeCache.Dns.Wire;

/// <summary>EDNS option codes understood here; any other is skipped (RFC 6891 §6.1.2).</summary>
internal enum EdnsOptionCode : ushort
{
    Nsid = 3,
    ClientSubnet = 8,
    Cookie = 10,
    TcpKeepalive = 11,
    Padding = 12,
    ExtendedError = 15,
    ZoneVersion = 19,

    /// <summary>Local use (RFC 6891 §9): version, position, horizon, session token and level of EdgeCache.</summary>
    EdgeCache = 65_301,
}
