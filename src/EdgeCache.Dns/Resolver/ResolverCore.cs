using EdgeCache.Dns.Cache;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Resolver;

/// <summary>Shows one step of the walk: who was asked what, and what came back.</summary>
internal delegate void TraceStep(Delegation cut, Asked asked, ZoneReply reply);

/// <summary>What all questions of one resolver share. Immutable; its parts are thread-safe.</summary>
internal sealed class ResolverCore
{
    public required ResolverOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public required DnsCache Cache { get; init; }

    public required CacheReader Reader { get; init; }

    public required CacheWriter Writer { get; init; }

    public required ZoneAsker Asker { get; init; }

    public required FailureMemory Failures { get; init; }

    public required ParentRests Parents { get; init; }

    public required LocalNames Local { get; init; }

    /// <summary>Configured starts: the root's hints and forwarders, by zone.</summary>
    public required IReadOnlyDictionary<DomainName, Delegation> Starts { get; init; }

    public TraceStep? Trace { get; init; }

    /// <summary>The deepest of configured starts and cached delegations at or above a name. <paramref name="cached"/> is the entry it came from, if any.</summary>
    public Delegation StartFor(DomainName name, out CachedEntry? cached)
    {
        Delegation? start = null;
        for (DomainName rest = name; start is null; rest = rest.Parent)
        {
            start = Starts.GetValueOrDefault(rest);
            if (rest.IsRoot)
            {
                break;
            }
        }

        start ??= new Delegation(DomainName.Root, []);

        // A forwarder takes all below it; hints are only where walking begins.
        if (start.Forwarders is null && Reader.FindCut(name, out cached) is { } cut && cut.Zone.Labels >= start.Zone.Labels)
        {
            return cut;
        }

        cached = null;
        return start;
    }
}
