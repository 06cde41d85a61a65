using System.Globalization;
using System.Runtime.InteropServices;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Http.Storage;
using EdgeCache.Http.Storage.Fills;
using EdgeCache.Zones.Policies;

namespace EdgeCache.Http.Fetching;

/// <summary>An answer on its way into the store: who asked, when, and what came.</summary>
internal readonly record struct Arrival(EdgeRequest Request, long Mark, ReceiptTimes Times, int Status, HeaderLine[] Lines, ResponseFacts Facts);

/// <summary>Turns answers into what the store takes.</summary>
internal static class Drafting
{
    private const long KeptForValidation = 24 * 3600;

    /// <summary>Begins to store a stream.</summary>
    public static EntryFill Begin(ResponseStore store, in Arrival arrival, StoredFacts facts, ulong[] selectors, byte[] variant, long? length) =>
        store.BeginFill(Draft(arrival, ref facts, selectors, variant), length);

    /// <summary>Replaces the head of a validated entry.</summary>
    public static StoreOutcome Update(ResponseStore store, EntryLease current, in Arrival arrival, ulong[] selectors, out EntryLease updated)
    {
        var facts = FactsOf(arrival);
        return store.Update(current, Draft(arrival, ref facts, selectors, current.VariantKey.ToArray()), out updated);
    }

    /// <summary>Remembers that a key is not worth waiting for.</summary>
    public static void MarkPass(ResponseStore store, EdgeRequest request, long mark, long now, TimeSpan lifetime) => store.Put(new EntryDraft
    {
        Key = request.Key,
        Status = 0,
        Zone = request.Zone,
        Mark = mark,
        RequestedAt = now,
        DeadAt = now + (long)lifetime.TotalMilliseconds,
        Flags = EntryFlags.PassMark,
    });

    /// <summary>The facts the reuse decision needs.</summary>
    public static StoredFacts FactsOf(in Arrival arrival)
    {
        var request = arrival.Request;
        var isLog = request.Rule.Authority == Authority.Log || request.Zone.Policy.Authority == RouteAuthority.Log;
        return StoredFacts.Of(arrival.Facts, arrival.Times, request.Rule.PolicyFor(arrival.Status), isLog);
    }

    /// <summary>What is kept of the lines; a missing Date becomes the time of receipt (RFC 9110 §6.6.1).</summary>
    public static HeaderLine[] KeptLines(HeaderLine[] lines, ResponseFacts facts)
    {
        var kept = StoredFields.Select(lines, facts.Directives);
        if (Array.Exists(kept, static l => l.Is(TargetedControl.EdgeCacheControl)))
        {
            kept = Array.FindAll(kept, static l => !l.Is(TargetedControl.EdgeCacheControl));
        }

        return Array.Exists(kept, static l => l.Is("Date"))
            ? kept
            : [.. kept, new("Date", DateTimeOffset.FromUnixTimeSeconds(facts.Date).ToString("r", CultureInfo.InvariantCulture))];
    }

    private static EntryDraft Draft(in Arrival arrival, ref StoredFacts facts, ulong[] selectors, byte[] variant)
    {
        var request = arrival.Request;
        return new()
        {
            Key = request.Key,
            VariantKey = variant,
            Status = arrival.Status,
            Lines = arrival.Lines,
            Facts = MemoryMarshal.AsBytes(new ReadOnlySpan<StoredFacts>([facts])),
            RequestedAt = arrival.Times.RequestedAt,
            DeadAt = DeadAt(in facts),
            Zone = request.Zone,
            Mark = arrival.Mark,
            Selectors = selectors,
            HostAndPath = request.HostAndPath,
            HostLength = request.NameLength,
            PortLength = request.HostLength - request.NameLength,
        };
    }

    private static long DeadAt(in StoredFacts facts)
    {
        var stale = Math.Max(Math.Max(facts.StaleWhileRevalidate, facts.StaleIfError), StaleOnError.DisconnectedSeconds);
        return facts.BornAt + ((facts.Lifetime + (facts.HasValidator ? Math.Max(stale, KeptForValidation) : stale)) * 1000);
    }
}
