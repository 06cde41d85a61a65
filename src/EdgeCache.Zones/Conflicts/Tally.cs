namespace EdgeCache.Zones.Conflicts;

/// <summary>What one actor added to and took from a counter, and how much of both was there at the last delete it knew. Each number only grows.</summary>
internal readonly record struct Tally(ulong Added, ulong Taken, ulong AddedBefore, ulong TakenBefore)
{
    public Int128 Value => (Int128)Added - AddedBefore - Taken + TakenBefore;

    public Tally Join(Tally other) => new(
        Math.Max(Added, other.Added), Math.Max(Taken, other.Taken), Math.Max(AddedBefore, other.AddedBefore), Math.Max(TakenBefore, other.TakenBefore));

    public Tally Cleared() => this with { AddedBefore = Added, TakenBefore = Taken };
}
