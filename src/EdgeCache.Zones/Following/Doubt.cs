using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Following;

/// <summary>
/// What a node is not sure of since it had to read a zone anew (PLANE.md 6): purges between <see cref="Since"/> and the reading may be unknown to it, so what was filled before it is possibly
/// old (<see cref="Floors.FloorVerdict.Doubtful"/>). It may be served so, named as such, for <see cref="Limit"/> from the moment that it was last known to be right; then no more without a fetch.
/// Times are the node's own monotonic ones (<see cref="TimeProvider.GetTimestamp"/>). Immutable.
/// </summary>
public sealed record Doubt
{
    /// <summary>All that was acknowledged before had been applied here.</summary>
    public required long Since { get; init; }

    /// <summary>When the floor rose last: what was asked for later is in no doubt.</summary>
    public required long RaisedAt { get; init; }

    /// <summary>How long something possibly old may be served.</summary>
    public required long Limit { get; init; }

    /// <summary>What was sent for at or before this belongs to an earlier doubt that is over: it is not served any more.</summary>
    public long OverBefore { get; init; } = long.MinValue;

    /// <summary>The zone has been read: what is fetched from now on settles something. Until then the floor will rise once more.</summary>
    public bool IsRead { get; init; }

    /// <summary>Nothing possibly old is left here that may be served.</summary>
    public bool IsSettled { get; init; }

    /// <summary>Entries of the log that this node has passed over without seeing them; null: none that the log still counts.</summary>
    public UnprovenSpan? Unproven { get; init; }

    /// <summary>True when nothing possibly old may be served any more.</summary>
    public bool IsOver(long timestamp) => IsSettled || timestamp - RaisedAt > Limit;

    /// <summary>The floor has risen. While an earlier doubt is not over it goes on from its own beginning; what it has left when it is over gets no second time.</summary>
    internal static Doubt Begin(Doubt? before, long horizon, long timestamp, long limit) => before is null || before.IsOver(timestamp)
        ? new Doubt { Since = horizon, RaisedAt = timestamp, Limit = limit, OverBefore = before?.RaisedAt ?? long.MinValue }
        : before with { RaisedAt = timestamp, IsRead = false };

    /// <summary>The zone has been read. What the snapshot told of the log is proven; what it passed over is not, unless the node had it before and nothing of that may have been lost.</summary>
    internal Doubt Read(ZoneSnapshot snapshot, ZoneView stood, bool mayHaveLost)
    {
        if (IsRead)
        {
            return this;
        }

        var known = mayHaveLost || stood.Epoch != snapshot.Epoch ? 0 : stood.Serial;
        var after = Unproven is { } open && open.Through.Epoch == snapshot.Epoch ? Math.Min(open.After, known) : known;
        var through = snapshot.KnownFrom - 1;
        return this with { IsRead = true, Unproven = through > after ? new UnprovenSpan(new Position(stood.Zone, snapshot.Epoch, through), after) : null };
    }
}

/// <summary>Entries that a node knows to be in the log and has not seen: beyond <paramref name="After"/>, up to and with <paramref name="Through"/>.</summary>
public readonly record struct UnprovenSpan(Position Through, long After)
{
    /// <summary>True when it holds the position.</summary>
    public bool Holds(Position position) =>
        position.Zone == Through.Zone && position.Epoch == Through.Epoch && position.Serial > After && position.Serial <= Through.Serial;
}
