using EdgeCache.Http.Rules;
using EdgeCache.Zones.Floors;

namespace EdgeCache.Http.Fetching;

/// <summary>What a HEAD that went up tells about the stored response for GET: its fields and freshness are the new ones, or it is another by now (RFC 9111 §4.3.5).</summary>
internal sealed class HeadRefresh(EdgeNode node)
{
    private readonly long _sentAt = node.Now;

    /// <summary>Applies the answer. <paramref name="mark"/>: the zone's generation before the HEAD was sent.</summary>
    public void Apply(EdgeRequest request, Found found, long mark, HttpResponseMessage response)
    {
        if (found.Use is not { } use || found.IsPassMark || request.Facts.Has(RequestFlags.Condition | RequestFlags.Range))
        {
            return;
        }

        // This hop's own word on the HEAD is in the answer already.
        var lines = Array.FindAll(UpstreamHead.Read(response), l => !l.Is("Cache-Status"));
        var answer = ResponseFactsReader.Read((int)response.StatusCode, lines, node.NowSeconds);
        var storedLines = Outgoing.LinesOf(use.Lease);
        var stored = ResponseFactsReader.Read(use.Lease.Status, storedLines, node.NowSeconds);
        switch (HeadUpdate.Of(stored, storedLines, answer, lines))
        {
            case HeadEffect.Update when found.Verdict == FloorVerdict.None || (found.Verdict != FloorVerdict.Hard && HeadUpdate.LiftsOverFloor(stored, answer)):
                Update(request, use, mark, FieldUpdate.Merge(storedLines, Drafting.KeptLines(lines, answer), answer.Directives), answer.Age);
                break;
            case HeadEffect.Invalidate:
                node.Store.Remove(use.Lease);
                break;
        }
    }

    private void Update(EdgeRequest request, LeaseUse use, long mark, HeaderLine[] merged, uint age)
    {
        var facts = ResponseFactsReader.Read(use.Lease.Status, merged, node.NowSeconds) with { Age = age };
        if (!Storability.Decide(RequestFacts.PlainGet, facts, request.Rule.PolicyFor(use.Lease.Status)).Stores)
        {
            node.Store.Remove(use.Lease);
            return;
        }

        var arrival = new Arrival(request, mark, new ReceiptTimes(_sentAt, node.Now, node.NowSeconds), use.Lease.Status, Drafting.KeptLines(merged, facts), facts);
        if (Drafting.Update(node.Store, use.Lease, arrival, EntrySelectors.Of(request, facts.Tags), out var updated) == Storage.StoreOutcome.Stored)
        {
            updated.Dispose();
        }
    }
}
