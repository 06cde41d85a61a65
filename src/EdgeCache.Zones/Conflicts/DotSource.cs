using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Conflicts;

/// <summary>
/// Where the dot of a new write comes from: its actor, and the least number it may have, which is the ticket of the origin that wrote it. The ticket rests on that origin's own wall
/// clock and on nothing that was read from the store: a number made from a stored state alone would be given out again when the store loses its tail, and two values under one dot
/// can never be told apart again. Where a record does not know the origin yet, the actor is a new one: its tombstone may have gone here and still stand elsewhere, with what the origin
/// had done before. Pure.
/// </summary>
internal readonly record struct DotSource(string Actor, HybridTimestamp Ticket)
{
    private const string NewSince = "#";

    /// <summary>The actor of an origin's writes to a region's store in one epoch. Origins have actors of their own, since their clocks differ and so do their tickets.</summary>
    public static string ActorOf(string region, Log.Epoch epoch, string origin) => $"{region}/{epoch}/{origin}";

    /// <summary>The dot of a write: later than all of its actor's that <paramref name="seen"/> knows.</summary>
    public Dot Next(VersionVector seen)
    {
        var actor = seen.LatestOf(Actor + NewSince) ?? $"{Actor}{NewSince}{Ticket.Value:x}";
        return new(actor, Math.Max(Ticket.Value, seen[actor] is var last && last == ulong.MaxValue ? last : last + 1));
    }
}
