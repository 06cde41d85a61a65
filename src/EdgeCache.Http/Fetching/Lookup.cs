using System.IO.Hashing;
using EdgeCache.Http.Revalidation;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.Fetching;

/// <summary>What the store has for a request. <see cref="Run"/> names the group of requests that one fill can answer.</summary>
internal readonly record struct Found(FindOutcome Outcome, LeaseUse? Use, ReuseDecision Decision, FloorVerdict Verdict, UInt128 Run)
{
    /// <summary>Why the request goes forward.</summary>
    public CacheReason Reason => Outcome switch
    {
        FindOutcome.Miss => CacheReason.UriMiss,
        FindOutcome.VariantMiss => CacheReason.VaryMiss,
        _ => Decision.Reason,
    };

    /// <summary>True for an entry that says: uncacheable, do not queue.</summary>
    public bool IsPassMark => Use?.Lease.IsPassMark == true;
}

/// <summary>Asks the store and the rules about a request off the hit path.</summary>
internal sealed class Lookup(EdgeNode node, long seed)
{
    /// <summary>Looks up; the use in the result is the caller's to dispose.</summary>
    public Found Find(EdgeRequest request, PlaneHealth health)
    {
        var match = new VariantMatch<FieldSnapshot>(request.Fields, node.Names);
        var now = node.Now;
        var outcome = node.Store.Find(request.Key, now, match, out var lease);
        if (outcome != FindOutcome.Found)
        {
            return new(outcome, null, Missing(request), FloorVerdict.None, outcome == FindOutcome.VariantMiss ? RunOfVariant(request) : RunOf(request, default));
        }

        var use = LeaseUse.Of(lease);
        if (lease.IsPassMark)
        {
            return new(outcome, use, new(ReuseAction.Validate, CacheReason.HitForPass), FloorVerdict.None, default);
        }

        var verdict = PageDoubt.VerdictOf(in lease, request.Zone, node.Time, now);
        var plane = new PlaneFacts(verdict, health, (uint)Math.Max(0, request.Zone.Policy.DegradedTtl.TotalSeconds));
        var facts = request.Rule.IgnoresRequestDirectives
            ? request.Facts with { Directives = new() { NoStore = request.Facts.Directives.NoStore, OnlyIfCached = request.Facts.Directives.OnlyIfCached } }
            : request.Facts;
        var decision = Reuse.Decide(lease.Facts<StoredFacts>(), now, facts, plane);
        if (request.Stated is not null && decision.Reason == CacheReason.PossiblyOld)
        {
            // A lower tier would keep it as an answer of the position that is stated along with it.
            decision = new(request.Facts.Directives.OnlyIfCached ? ReuseAction.GatewayTimeout : ReuseAction.Validate, CacheReason.PossiblyOld);
        }
        else if (request.Level is { } level)
        {
            decision = level.Narrow(decision, in lease.Facts<StoredFacts>(), request.Facts.Directives.OnlyIfCached);
        }

        return new(outcome, use, decision, verdict, RunOf(request, lease.VariantKey));
    }

    /// <summary>The run of requests with the same key and the same selected fields.</summary>
    [System.Runtime.CompilerServices.SkipLocalsInit]
    public UInt128 RunOf(EdgeRequest request, ReadOnlySpan<byte> variant)
    {
        var length = request.Key.Length + 1 + variant.Length;
        Span<byte> bytes = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        request.Key.CopyTo(bytes);
        bytes[request.Key.Length] = 0; // It stands in no key.
        variant.CopyTo(bytes[(request.Key.Length + 1)..]);
        return XxHash128.HashToUInt128(bytes[..length], seed);
    }

    /// <summary>Other variants are stored: requests with equal values of the fields those vary by can share one fill.</summary>
    private UInt128 RunOfVariant(EdgeRequest request)
    {
        var names = new List<string>();
        foreach (var lease in node.Store.Variants(request.Key))
        {
            AddNames(lease.VariantKey, names);
            lease.Dispose();
        }

        Span<byte> variant = new byte[VaryKey.MaxBytes];
        return VaryKey.TryWrite(VarySpec.Parse(names), request.Fields, variant, out var written) ? RunOf(request, variant[..written]) : RunOf(request, default);
    }

    private void AddNames(ReadOnlySpan<byte> variant, List<string> names)
    {
        foreach (var range in variant.Split((byte)'\n'))
        {
            var line = variant[range];
            if (line.IndexOf((byte)':') is > 0 and var colon)
            {
                names.Add(node.Names.Get(line[..colon]));
            }
        }
    }

    private static ReuseDecision Missing(EdgeRequest request) =>
        request.Facts.Directives.OnlyIfCached ? new(ReuseAction.GatewayTimeout, CacheReason.OnlyIfCached) : new(ReuseAction.Validate, CacheReason.UriMiss);
}
