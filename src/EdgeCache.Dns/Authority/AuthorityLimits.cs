namespace EdgeCache.Dns.Authority;

/// <summary>Bounds on the work for one query, in one place.</summary>
internal static class AuthorityLimits
{
    /// <summary>CNAME and DNAME links followed within our zones; the client goes on from there.</summary>
    public const int MaxChain = 16;

    /// <summary>Names whose addresses are looked for to fill the additional section.</summary>
    public const int MaxAdditionalNames = 32;

    /// <summary>Octets of a server identifier, RFC 5001.</summary>
    public const int MaxNsid = 128;

    /// <summary>Header, the longest question and the longest OPT record: memory for an answer is never less.</summary>
    public const int MinAnswer = 480;

    /// <summary>Octets of one message of a transfer: room for names to be compressed, as pointers reach no further (RFC 1035 §4.1.4).</summary>
    public const int TransferMessage = 16_384;

    /// <summary>Room kept in a message of a transfer for OPT and TSIG, whose names may be 255 octets each.</summary>
    public const int TransferOverhead = 640;

    /// <summary>Transfers under way at the same time.</summary>
    public const int MaxTransfers = 16;

    /// <summary>NOTIFY is sent again after 1, 2, 4 and 8 seconds without an answer (RFC 1996 §3.6).</summary>
    public const int NotifyTries = 5;
}
