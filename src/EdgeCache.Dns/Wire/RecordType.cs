namespace EdgeCache.Dns.Wire;

/// <summary>RR types and query types (IANA "Resource Record (RR) TYPEs"). A number without a name here is legal and opaque, RFC 3597.</summary>
internal enum RecordType : ushort
{
    None = 0,
    A = 1,
    NS = 2,
    CNAME = 5,
    SOA = 6,
    PTR = 12,
    HINFO = 13,
    MX = 15,
    TXT = 16,
    AAAA = 28,
    SRV = 33,
    DNAME = 39,
    OPT = 41,
    DS = 43,
    RRSIG = 46,
    NSEC = 47,
    DNSKEY = 48,
    SVCB = 64,
    HTTPS = 65,
    TKEY = 249,
    TSIG = 250,
    IXFR = 251,
    AXFR = 252,
    MAILB = 253,
    MAILA = 254,
    ANY = 255,
    CAA = 257,
}
