namespace EdgeCache.Dns.Transport;

/// <summary>What a query came over. Only UDP truncates, and only TCP carries transfers.</summary>
public enum DnsTransport : byte
{
    /// <summary>Datagrams, RFC 1035 §4.2.1.</summary>
    Udp,

    /// <summary>A byte stream with length prefixes, RFC 7766.</summary>
    Tcp,
}
