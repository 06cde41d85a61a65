namespace EdgeCache.Dns.Resolver;

/// <summary>
/// Bounds on the work for one client's question, in one place: a server that answers with many names, cycles or endless chains must not make this resolver its
/// tool (NXNSAttack, TsuNAME).
/// </summary>
internal static class ResolverLimits
{
    /// <summary>Questions sent to servers, repeats included.</summary>
    public const int MaxUpstreamQueries = 100;

    /// <summary>Delegations followed for one name.</summary>
    public const int MaxReferrals = 30;

    /// <summary>CNAME and DNAME links of one answer.</summary>
    public const int MaxChain = 16;

    /// <summary>Server names whose addresses are looked up, because they came without glue or their glue failed.</summary>
    public const int MaxServerNames = 12;

    /// <summary>Look-ups of server names within look-ups of server names.</summary>
    public const int MaxDepth = 5;

    /// <summary>Servers of one zone that are considered, and addresses of each.</summary>
    public const int MaxServersPerZone = 32;

    public const int MaxAddressesPerServer = 8;

    /// <summary>RFC 9156 §2.3: labels added one by one at first, and names asked at most.</summary>
    public const int MinimiseOneByOne = 4;

    public const int MaxMinimised = 10;

    /// <summary>Times a silent server is asked.</summary>
    public const int TriesPerServer = 3;

    /// <summary>Servers remembered with their times and faults.</summary>
    public const int MaxServersRemembered = 20_000;

    /// <summary>A server that is lame for a zone is not asked again for it, milliseconds.</summary>
    public const long LameFor = 900_000;

    /// <summary>A server that answers only without EDNS is asked so for this long before it is tried with it once more, milliseconds: it may only have been away.</summary>
    public const long PlainFor = 900_000;

    /// <summary>A server that stayed silent is asked last for this long at first, doubled each time.</summary>
    public const long DeadFor = 5_000;

    public const long DeadForMost = 120_000;

    /// <summary>Questions that wait for one server at a time; more go to others, so that a slow zone asked for ever new names does not take all places.</summary>
    public const int MaxWaitingAtServer = 1_024;

    /// <summary>The same for one that stayed silent.</summary>
    public const int MaxWaitingAtDead = 64;

    /// <summary>A parent that was asked again because the servers of a delegation fail has rest from that for so long, milliseconds (RFC 4697 §2.2.1).</summary>
    public const long ParentRest = 5_000;
}
