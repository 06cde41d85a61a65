using System.Collections.Frozen;
using System.Net;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// Decides what a reply amounts to (RFC 1034 §5.3.3) and takes out of it only what this server may speak about: its zone and what lies below. Pure.
/// </summary>
internal static class ReplyJudge
{
    /// <param name="zone">The zone that was asked; the root for a server that recurses.</param>
    /// <param name="asked">The question that was sent.</param>
    /// <param name="recursive">Whether the server was asked to recurse: it need not be an authority then.</param>
    /// <param name="reply">What it said.</param>
    public static JudgedReply Judge(DomainName zone, Asked asked, bool recursive, ReplyContent reply)
    {
        switch (reply.Rcode)
        {
            case Rcode.NoError or Rcode.NxDomain or Rcode.YxDomain:
                break;
            case Rcode.FormErr or Rcode.NotImp or Rcode.BadVers:
                return new JudgedReply(ReplyKind.Intolerant);
            case Rcode.BadCookie:
                return new JudgedReply(ReplyKind.BadCookie);
            case Rcode.Refused or Rcode.NotAuth:
                return new JudgedReply(ReplyKind.Lame);
            default:
                return new JudgedReply(ReplyKind.Failed);
        }

        bool secondHand = !recursive && !reply.Header.Authoritative && reply.Header.RecursionAvailable;
        JudgedReply judged = FollowChain(zone, asked, reply) ?? JudgeEmpty(zone, asked, recursive, reply);
        return judged with
        {
            IsAuthoritative = reply.Header.Authoritative,
            IsSecondHand = secondHand && judged.Kind is not ReplyKind.Referral,
            Version = VersionOf(asked, reply),
        };
    }

    /// <summary>Walks the answer section from the question on; null when nothing in it belongs to the question.</summary>
    private static JudgedReply? FollowChain(DomainName zone, Asked asked, ReplyContent reply)
    {
        List<OwnedSet> chain = [];
        HashSet<DomainName>? made = null;
        DomainName name = asked.Name;
        for (int links = 0; links < ResolverLimits.MaxChain && name.IsWithin(zone); links++)
        {
            OwnedSet? redirection = FindDname(zone, name, reply);
            OwnedSet[] records = FindRecords(name, asked.Type, redirection is not null, reply);
            if (records.Length > 0)
            {
                chain.AddRange(records);
                return new JudgedReply(ReplyKind.Answer) { Chain = chain, Target = name, Synthesized = Made(made) };
            }

            if (redirection is { } dname)
            {
                chain.Add(dname);
                if (!Redirection.TryRedirect(name, dname.Owner, dname.Set.First, out DomainName target))
                {
                    return new JudgedReply(ReplyKind.NameTooLong) { Chain = chain, Target = name, Synthesized = Made(made) };
                }

                chain.Add(new OwnedSet(name, RecordSet.Of(RecordType.CNAME, dname.Set.Ttl, target.Wire)));
                (made ??= []).Add(name);
                name = target;
            }
            else if (reply.FindAnswer(name, RecordType.CNAME) is { } alias)
            {
                chain.Add(new OwnedSet(name, RecordSet.Of(RecordType.CNAME, alias.Ttl, alias.First)));
                name = DomainName.FromWire(alias.First);
            }
            else
            {
                break;
            }
        }

        return chain.Count == 0 ? null : new JudgedReply(ReplyKind.Alias) { Chain = chain, Target = name, Synthesized = Made(made) };
    }

    private static IReadOnlySet<DomainName> Made(HashSet<DomainName>? names) => names is null ? FrozenSet<DomainName>.Empty : names;

    /// <summary>What ends the chain at a name. Who asks for anything gets all there is, but below a DNAME that is nothing: the CNAME there is made of it (RFC 6672 §3.1).</summary>
    private static OwnedSet[] FindRecords(DomainName name, RecordType type, bool isRedirected, ReplyContent reply) =>
        type != RecordType.ANY ? (reply.FindAnswer(name, type) is { } one ? [new OwnedSet(name, one)] : [])
        : isRedirected ? []
        : [.. reply.Answer.Where(s => s.Owner == name)];

    private static OwnedSet? FindDname(DomainName zone, DomainName name, ReplyContent reply)
    {
        foreach (OwnedSet set in reply.Answer)
        {
            if (set.Set.Type == RecordType.DNAME && set.Owner != name && name.IsWithin(set.Owner) && set.Owner.IsWithin(zone))
            {
                return set;
            }
        }

        return null;
    }

    private static JudgedReply JudgeEmpty(DomainName zone, Asked asked, bool recursive, ReplyContent reply)
    {
        OwnedSet? soa = reply.FindAuthority(RecordType.SOA, o => o.IsWithin(zone) && asked.Name.IsWithin(o));
        bool authoritative = reply.Header.Authoritative || recursive;
        if (reply.Rcode == Rcode.NxDomain)
        {
            return authoritative || soa is not null ? new JudgedReply(ReplyKind.NoName) { Target = asked.Name, Soa = soa } : new JudgedReply(ReplyKind.Lame);
        }

        // An answer to another question, or about another's zone.
        if (reply.Rcode == Rcode.YxDomain || (reply.Answer.Count > 0 && soa is null))
        {
            return new JudgedReply(ReplyKind.Lame);
        }

        if (soa is null && !recursive && reply.FindAuthority(RecordType.NS, o => o != zone && o.IsWithin(zone) && asked.Name.IsWithin(o)) is { } servers)
        {
            // A server that hosts parent and child may refer for DS, where the parent has to answer (RFC 4035 §3.1.4.1).
            return asked.Type == RecordType.DS && servers.Owner == asked.Name
                ? new JudgedReply(ReplyKind.NoData) { Target = asked.Name }
                : Refer(zone, servers, reply);
        }

        if (soa is not null || authoritative)
        {
            return new JudgedReply(ReplyKind.NoData) { Target = asked.Name, Soa = soa };
        }

        return new JudgedReply(ReplyKind.Lame);
    }

    /// <summary>The servers named, with the addresses of those whose names lie in the zone of who says so: all other addresses are hearsay.</summary>
    private static JudgedReply Refer(DomainName zone, OwnedSet servers, ReplyContent reply)
    {
        var hosts = new List<ServerHost>();
        uint ttl = servers.Set.Ttl;
        foreach (ReadOnlySpan<byte> data in servers.Set)
        {
            if (hosts.Count == ResolverLimits.MaxServersPerZone)
            {
                break;
            }

            DomainName name = DomainName.FromWire(data);
            var glue = new List<IPAddress>();
            if (name.IsWithin(zone))
            {
                ttl = Math.Min(ttl, AddGlue(glue, reply.FindAdditional(name, RecordType.A)));
                ttl = Math.Min(ttl, AddGlue(glue, reply.FindAdditional(name, RecordType.AAAA)));
            }

            hosts.Add(new ServerHost(name, glue));
        }

        return new JudgedReply(ReplyKind.Referral) { Cut = new Delegation(servers.Owner, hosts), CutTtl = ttl, Target = servers.Owner };
    }

    private static uint AddGlue(List<IPAddress> glue, RecordSet? set)
    {
        if (set is null)
        {
            return uint.MaxValue;
        }

        foreach (ReadOnlySpan<byte> data in set)
        {
            if (glue.Count < ResolverLimits.MaxAddressesPerServer)
            {
                glue.Add(new IPAddress(data));
            }
        }

        return set.Ttl;
    }

    private static (DomainName Apex, uint Serial)? VersionOf(Asked asked, ReplyContent reply) =>
        reply.ZoneVersion is { } version && version.Labels <= asked.Name.Labels
            ? (DomainName.FromWire(NameBytes.Suffix(asked.Name.Wire, version.Labels)), version.Serial)
            : null;
}
