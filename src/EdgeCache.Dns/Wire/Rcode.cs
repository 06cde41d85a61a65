namespace EdgeCache.Dns.Wire;

/// <summary>Response codes; those above 15 need an OPT record (RFC 6891 §6.1.3) or stand in a TSIG record (RFC 8945 §3).</summary>
internal enum Rcode : ushort
{
    NoError = 0,
    FormErr = 1,
    ServFail = 2,
    NxDomain = 3,
    NotImp = 4,
    Refused = 5,
    YxDomain = 6,
    YxRrSet = 7,
    NxRrSet = 8,
    NotAuth = 9,
    NotZone = 10,
    BadVers = 16,
    BadKey = 17,
    BadTime = 18,
    BadTrunc = 22,
    BadCookie = 23,
}
