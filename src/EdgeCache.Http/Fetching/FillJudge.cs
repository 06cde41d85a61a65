using System.Buffers;
using EdgeCache.Http.HitPath;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Zones.Floors;

namespace EdgeCache.Http.Fetching;

/// <summary>Says what an upstream's answer means for a fill: what is stored of it, and who may have it.</summary>
internal sealed class FillJudge(EdgeNode node)
{
    /// <summary>The head of an answer that is not a 304 to our question: it is stored as it streams, or it is for the one who asked.</summary>
    public FillHead Judge(Fill fill, FillOrder order, in Arrival arrival, HttpResponseMessage response)
    {
        var request = fill.Leader;
        var decision = Storability.Decide(request.Facts, arrival.Facts, request.Rule.PolicyFor(arrival.Status));
        var variant = Array.Empty<byte>();
        var selectors = Array.Empty<ulong>();
        if (decision.Stores)
        {
            selectors = EntrySelectors.Of(request, arrival.Facts.Tags);
            decision = selectors.Length > StoreLimits.MaxSelectors ? StoreDecision.Refuse(CacheReason.TagLimit)
                : TryVariant(request, arrival.Facts.Vary, out variant) ? decision
                : StoreDecision.Refuse(CacheReason.VaryLimit);
        }

        // While a stored response can stand in, an error is not stored over it.
        if (decision.Stores && order.Stored is not null && StatusRules.IsServerFailure(arrival.Status))
        {
            decision = StoreDecision.Refuse(CacheReason.UpstreamError);
        }

        if (!decision.Stores)
        {
            MarkPass(fill, decision.Reason, arrival.Status);
            UpstreamHead.Clean(response);
            return new() { Kind = FillKind.Private, Status = arrival.Status, Reason = decision.Reason, Facts = arrival.Facts, Response = response };
        }

        var kept = arrival with { Lines = Drafting.KeptLines(arrival.Lines, arrival.Facts) };
        var stored = Drafting.FactsOf(kept);
        var stream = Drafting.Begin(node.Store, kept, stored, selectors, variant, UpstreamHead.LengthOf(response));
        return new()
        {
            Kind = FillKind.Streaming,
            Status = arrival.Status,
            Lines = WithAge(kept.Lines, arrival.Facts.Age),
            Withheld = StoredFields.WithheldOf(arrival.Lines, arrival.Facts.Directives),
            Facts = arrival.Facts,
            Stored = stored,
            Selectors = selectors,
            Variant = variant,
            Fill = stream,
            LeaderReader = stream.OpenReader(),
        };
    }

    /// <summary>The stored response is current: its fields and its position move (RFC 9111 §4.3.4). Null when the 304 proves nothing.</summary>
    public FillHead? Revive(FillOrder order, Arrival arrival)
    {
        var lease = order.Stored!.Lease; // Only a validating order gets here.
        var storedLines = Outgoing.LinesOf(lease);
        var storedFacts = ResponseFactsReader.Read(lease.Status, storedLines, node.NowSeconds);
        if (Validation.Read(storedFacts, arrival.Facts, order.Verdict != FloorVerdict.None) != ValidationOutcome.Current)
        {
            return null;
        }

        var said = Validation.NamesAnother(storedFacts, arrival.Facts) ? FieldUpdate.OfFreshness(arrival.Lines) : arrival.Lines;
        var merged = FieldUpdate.Merge(storedLines, Drafting.KeptLines(said, arrival.Facts), arrival.Facts.Directives);
        var facts = ResponseFactsReader.Read(lease.Status, merged, node.NowSeconds) with { Age = arrival.Facts.Age };
        var request = arrival.Request;
        var current = arrival with { Status = lease.Status, Lines = Drafting.KeptLines(merged, facts), Facts = facts };
        var use = (LeaseUse?)null;
        if (!Storability.Decide(RequestFacts.PlainGet, facts, request.Rule.PolicyFor(lease.Status)).Stores)
        {
            node.Store.Remove(lease);
        }
        else if (Drafting.Update(node.Store, lease, current, EntrySelectors.Of(request, facts.Tags), out var updated) == StoreOutcome.Stored)
        {
            use = LeaseUse.Of(updated);
        }

        return new()
        {
            Kind = FillKind.Validated,
            Status = 304,
            Facts = facts,
            Stored = Drafting.FactsOf(current),
            Selectors = EntrySelectors.Of(request, facts.Tags),
            Variant = lease.VariantKey.ToArray(),
            Use = use ?? order.Stored.Again(),
        };
    }

    /// <summary>Remembers that nobody need wait for the next answer, where this one's reason will hold for it too.</summary>
    public void MarkPass(Fill fill, CacheReason reason, int status)
    {
        // What one client's request caused, or an error, says nothing about the next answer.
        var lasting = reason is CacheReason.ResponseNoStore or CacheReason.Private or CacheReason.SetCookie or CacheReason.VaryStar or CacheReason.VaryLimit
            or CacheReason.TagLimit or CacheReason.TooLarge or CacheReason.NoLifetime or CacheReason.StatusNotCacheable or CacheReason.StatusNotUnderstood;
        if (lasting && status < 500 && !ErrorScope.BlamesRequest(status))
        {
            Drafting.MarkPass(node.Store, fill.Leader, fill.Mark, node.Now, node.Options.PassFor);
        }
    }

    private static bool TryVariant(EdgeRequest request, VarySpec vary, out byte[] variant)
    {
        variant = [];
        if (vary.IsNone)
        {
            return true;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(VaryKey.MaxBytes);
        var fits = VaryKey.TryWrite(vary, request.Fields, buffer, out var written);
        variant = fits ? buffer[..written] : [];
        ArrayPool<byte>.Shared.Return(buffer);
        return fits;
    }

    private static HeaderLine[] WithAge(HeaderLine[] lines, uint age) => age == 0 ? lines : [.. lines, new("Age", age.ToString())];
}
