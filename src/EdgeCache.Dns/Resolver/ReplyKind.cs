namespace EdgeCache.Dns.Resolver;

/// <summary>What a server's reply amounts to.</summary>
internal enum ReplyKind
{
    /// <summary>The chain in it ends in records of the type asked for.</summary>
    Answer,

    /// <summary>CNAME or DNAME links that lead to a name this reply does not answer.</summary>
    Alias,

    /// <summary>Other servers are to be asked.</summary>
    Referral,

    /// <summary>The name exists without such records.</summary>
    NoData,

    /// <summary>The name does not exist.</summary>
    NoName,

    /// <summary>A DNAME made a name that is too long, RFC 6672 §2.2.</summary>
    NameTooLong,

    /// <summary>The server does not know the zone it was asked about.</summary>
    Lame,

    /// <summary>It says itself that it failed.</summary>
    Failed,

    /// <summary>It may have stumbled over EDNS.</summary>
    Intolerant,

    /// <summary>It wants its cookie, RFC 7873 §5.3.</summary>
    BadCookie,

    /// <summary>It cannot be read.</summary>
    Malformed,
}
