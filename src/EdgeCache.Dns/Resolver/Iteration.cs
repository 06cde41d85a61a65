using System.Net;
using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>
/// The work for one question: follows delegations from the deepest one known, and aliases from name to name (RFC 1034 §5.3.3), within one budget. Look-ups of
/// server names on the way are part of it. Used once, by one caller at a time.
/// </summary>
internal sealed class Iteration
{
    /// <summary>An authority that has not applied what this node has is asked again after this, a few times.</summary>
    private static readonly TimeSpan BehindWait = TimeSpan.FromMilliseconds(15);

    private const int BehindTries = 4;
    private readonly ResolverCore _core;
    private readonly WorkBudget _budget;
    private readonly List<Asked> _under = [];
    private readonly HashSet<DomainName> _retriedCuts = [];

    /// <summary>The outermost of those under way that a look-up within it needed and could not have: what fails for that may be found from elsewhere.</summary>
    private int _needed = int.MaxValue;

    public Iteration(ResolverCore core, WorkBudget budget)
    {
        _core = core;
        _budget = budget;
    }

    /// <param name="asked">What the client wants.</param>
    /// <param name="isRefresh">Ask even though the cache knows.</param>
    /// <param name="cancellation">Stops.</param>
    public async ValueTask<Resolution> ResolveAsync(Asked asked, bool isRefresh, CancellationToken cancellation)
    {
        var answer = new List<OwnedSet>();
        var visited = new HashSet<DomainName>();
        DomainName name = asked.Name;
        bool isBehind = false;
        int depth = _under.Count;
        int needed = _needed;
        _needed = int.MaxValue;
        bool hasRoom = depth == 0 || _budget.IsAmple;
        _under.Add(asked);
        try
        {
            for (int links = 0; links < ResolverLimits.MaxChain; links++)
            {
                if (!visited.Add(name))
                {
                    return Resolution.Failed(ExtendedError.InvalidData, "aliases lead in a circle");
                }

                LinkResult link = await ResolveLinkAsync(asked with { Name = name }, isRefresh && links == 0, cancellation).ConfigureAwait(false);
                if (link.Failure is { } failure)
                {
                    if (!isRefresh && _needed >= depth && (hasRoom || _budget.End == BudgetEnd.None))
                    {
                        _core.Failures.Remember(asked with { Name = name }, failure.Error ?? ExtendedError.Other);
                    }

                    return failure;
                }

                link.AddTo(answer);
                isBehind |= link.IsBehind;
                if (link.Next is not { } next)
                {
                    return new Resolution(link.Rcode) { Answer = answer, Soa = link.Soa, IsBehind = isBehind };
                }

                name = next;
            }

            return Resolution.Failed(ExtendedError.InvalidData, "too many aliases");
        }
        finally
        {
            _under.RemoveAt(depth);
            _needed = Math.Min(needed, _needed < depth ? _needed : int.MaxValue);
        }
    }

    private async ValueTask<LinkResult> ResolveLinkAsync(Asked asked, bool isRefresh, CancellationToken cancellation)
    {
        if (_core.Local.Find(asked) is { } local)
        {
            return new LinkResult(local.Rcode) { Sets = local.Answer, Soa = local.Soa };
        }

        if (!isRefresh && asked.Type != RecordType.ANY && LinkResult.FromCache(_core.Reader, asked, proven: !_budget.Joins) is { } known)
        {
            return known;
        }

        // DS belongs to the parent (RFC 4035 §3.1.4.1).
        bool above = asked.Type == RecordType.DS && !asked.Name.IsRoot;
        Delegation cut = _core.StartFor(above ? asked.Name.Parent : asked.Name, out CachedEntry? cached);
        for (int referrals = 0; referrals < ResolverLimits.MaxReferrals; referrals++)
        {
            ZoneReply answer = await AskZoneAsync(cut, asked, cancellation).ConfigureAwait(false);
            if (answer.Reply is not { } reply)
            {
                if (cached is null || !TryReplace(ref cut, ref cached))
                {
                    return LinkResult.Failed(answer.Fault, _budget.End);
                }

                continue;
            }

            if (reply is not { Kind: ReplyKind.Referral, Cut: { } next })
            {
                return LinkResult.FromReply(reply, _core, answer.IsBehind);
            }

            // DS of a name is asked of the zone above it, even when a server leads further down.
            if (above && next.Zone == asked.Name)
            {
                return new LinkResult(Rcode.NoError);
            }

            cut = next;
            cached = null;
        }

        return LinkResult.Failed(ExtendedError.InvalidData, BudgetEnd.None);
    }

    /// <summary>Servers from the cache that fail may have been replaced: the parent knows, or somebody has asked it meanwhile.</summary>
    private bool TryReplace(ref Delegation cut, ref CachedEntry? cached)
    {
        Delegation failed = cut;
        cut = _core.StartFor(failed.Zone, out cached);
        if (!ReferenceEquals(cut, failed))
        {
            return true;
        }

        if (cached is null || !_retriedCuts.Add(failed.Zone) || !_core.Parents.TryAsk(failed.Zone))
        {
            return false;
        }

        _core.Cache.Remove(cached);
        cut = _core.StartFor(failed.Zone.Parent, out cached);
        return true;
    }

    /// <summary>Asks a zone for a name, showing it one label more at a time (RFC 9156 §2.3).</summary>
    private async ValueTask<ZoneReply> AskZoneAsync(Delegation cut, Asked asked, CancellationToken cancellation)
    {
        int total = asked.Name.Labels;
        int labels = cut.Zone.Labels;
        for (int shown = 0; _core.Options.MinimiseNames && cut.Forwarders is null && shown < ResolverLimits.MaxMinimised; shown++)
        {
            labels += MinimisedName.Step(shown, total - labels);
            if (labels >= total)
            {
                break;
            }

            var part = new Asked(DomainName.FromWire(NameBytes.Suffix(asked.Name.Wire, labels)), RecordType.A);
            if (_core.Reader.IsNoCut(part.Name))
            {
                continue;
            }

            ZoneReply reply = await AskFreshAsync(cut, part, isMinimised: true, cancellation).ConfigureAwait(false);
            if (reply.Reply is { Kind: ReplyKind.Referral })
            {
                return reply;
            }

            if (reply.Reply is not { Kind: ReplyKind.NoData or ReplyKind.Answer })
            {
                // It cannot cope with parts of names, or there is an alias on the way: ask in full.
                break;
            }
        }

        return await AskFreshAsync(cut, asked, isMinimised: false, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<ZoneReply> AskFreshAsync(Delegation cut, Asked asked, bool isMinimised, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries++)
        {
            ZoneReply reply = await _core.Asker.AskAsync(cut, asked, isMinimised, FindAddressesAsync, _budget, cancellation).ConfigureAwait(false);
            _core.Trace?.Invoke(cut, asked, reply);
            if (!reply.IsBehind || tries == BehindTries)
            {
                return reply;
            }

            await Task.Delay(BehindWait * tries, _core.Time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Addresses of a server's name; none when that would go in a circle or too deep.</summary>
    private async ValueTask<IReadOnlyList<IPAddress>> FindAddressesAsync(DomainName server, CancellationToken cancellation)
    {
        var addresses = new List<IPAddress>();
        foreach (RecordType type in (RecordType[])[RecordType.A, RecordType.AAAA])
        {
            var asked = new Asked(server, type);
            if ((type == RecordType.AAAA && !_core.Asker.Policy.UsesIPv6) || _core.Failures.IsResting(asked))
            {
                continue;
            }

            int above = _under.Count > ResolverLimits.MaxDepth ? 0 : _under.IndexOf(asked);
            if (above >= 0)
            {
                _needed = Math.Min(_needed, above);
                continue;
            }

            Resolution found = await ResolveAsync(asked, isRefresh: false, cancellation).ConfigureAwait(false);
            foreach (OwnedSet set in found.Answer.Where(s => s.Set.Type == type))
            {
                addresses.AddRange(ZoneAsker.AddressesOf(set.Set));
            }

            if (addresses.Count > 0)
            {
                break;
            }
        }

        return addresses;
    }
}
