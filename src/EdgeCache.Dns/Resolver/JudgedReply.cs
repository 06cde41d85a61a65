using System.Collections.Frozen;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>A reply after judgement: only what the server may speak about is left. Immutable.</summary>
internal sealed record JudgedReply(ReplyKind Kind)
{
    /// <summary>The links and the records at their end, in order; CNAMEs made of DNAMEs among them.</summary>
    public IReadOnlyList<OwnedSet> Chain { get; init; } = [];

    /// <summary>Where the links lead, or the name asked for.</summary>
    public DomainName Target { get; init; }

    /// <summary>The SOA of a negative answer, if there is one that may stand there.</summary>
    public OwnedSet? Soa { get; init; }

    /// <summary>The delegation of a referral, and how long it lives, seconds.</summary>
    public Delegation? Cut { get; init; }

    public uint CutTtl { get; init; }

    /// <summary>Authority was claimed.</summary>
    public bool IsAuthoritative { get; init; }

    /// <summary>It comes from another resolver's cache: taken only if no authority answers.</summary>
    public bool IsSecondHand { get; init; }

    /// <summary>RFC 9660: the apex and SOA serial the answer is of.</summary>
    public (DomainName Apex, uint Serial)? Version { get; init; }

    /// <summary>Which version it is of was asked for and cannot be had: as good as behind.</summary>
    public bool IsUnproven { get; init; }

    /// <summary>CNAMEs in <see cref="Chain"/> that were made of a DNAME: what is kept is the DNAME.</summary>
    public IReadOnlySet<DomainName> Synthesized { get; init; } = FrozenSet<DomainName>.Empty;
}
