using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Sessions;

/// <summary>
/// What one client has seen and written, per zone and epoch (PLANE.md 22). Zones and epochs are 32-bit tags: a collision makes a node wait or validate for nothing, never less than
/// asked. Immutable; the zone touched last is last.
/// </summary>
public sealed record SessionToken
{
    /// <summary>Positions kept apart; older ones are folded into <see cref="IsFolded"/>.</summary>
    public const int MaxZones = 8;

    /// <summary>A token is good for so long after it was made.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Nothing seen, nothing written.</summary>
    public static SessionToken Empty { get; } = new();

    /// <summary>Per zone.</summary>
    public ImmutableArray<TokenPosition> Zones { get; init; } = [];

    /// <summary>Highest hybrid clock the client has met; a write of the client merges it (PLANE.md 27).</summary>
    public HybridTimestamp Clock { get; init; }

    /// <summary>Some zones did not fit: of a zone that is not listed a node must know the state of after it got the token.</summary>
    public bool IsFolded { get; init; }

    /// <summary>A write of the client was taken by an application and is not in the log yet: no position says when a node knows it, so pages are validated.</summary>
    public bool IsPending { get; init; }

    /// <summary>The tag of a zone.</summary>
    public static uint TagOf(ZoneName zone) => unchecked((uint)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(zone.Value), 0x5E55));

    /// <summary>The tag of an epoch.</summary>
    public static uint TagOf(Epoch epoch) => unchecked((uint)(epoch.Value ^ (epoch.Value >> 32)));

    /// <summary>What the token says of a zone, newest last; a client that changed regions, or met a new epoch, has more than one position.</summary>
    public ImmutableArray<TokenPosition> Of(ZoneName zone)
    {
        var tag = TagOf(zone);
        return Zones.RemoveAll(z => z.Zone != tag);
    }

    /// <summary>The newest of <see cref="Of"/>; null when the zone is not listed.</summary>
    public TokenPosition? Find(ZoneName zone) => Of(zone) is [.., var newest] ? newest : null;

    /// <summary>The client has been shown something as of <paramref name="position"/>.</summary>
    public SessionToken WithSeen(Position position) => With(position, position.Serial, 0);

    /// <summary>The client has written at <paramref name="position"/>.</summary>
    public SessionToken WithWrote(Position position) => With(position, position.Serial, position.Serial);

    /// <summary>The client has been shown <paramref name="position"/> by a node that had reached all the token says of the zone: the one position stands for them all.</summary>
    public SessionToken WithReached(Position position)
    {
        var (zone, epoch) = (TagOf(position.Zone), TagOf(position.Epoch));
        var wroteElsewhere = Zones.Any(z => z.Zone == zone && z.Epoch != epoch && z.Wrote > 0);
        var left = this with { Zones = Zones.RemoveAll(z => z.Zone == zone && z.Epoch != epoch) };
        return left.With(position, position.Serial, wroteElsewhere ? position.Serial : 0);
    }

    /// <summary>The client has met a clock.</summary>
    public SessionToken WithClock(HybridTimestamp clock) => clock > Clock ? this with { Clock = clock } : this;

    /// <summary>What both tokens say.</summary>
    public SessionToken With(SessionToken other)
    {
        var both = other.Zones.Aggregate(this, (token, zone) => token.With(zone)).WithClock(other.Clock);
        return both with { IsFolded = both.IsFolded || other.IsFolded, IsPending = both.IsPending || other.IsPending };
    }

    private SessionToken With(Position position, long seen, long wrote) => With(new TokenPosition(TagOf(position.Zone), TagOf(position.Epoch), seen, wrote));

    private SessionToken With(TokenPosition more)
    {
        var known = Zones.FirstOrDefault(z => z.Zone == more.Zone && z.Epoch == more.Epoch);
        var next = more with { Seen = Math.Max(known.Seen, more.Seen), Wrote = Math.Max(known.Wrote, more.Wrote) };
        var zones = Zones.RemoveAll(z => z.Zone == more.Zone && z.Epoch == more.Epoch).Add(next);
        return zones.Length > MaxZones ? this with { Zones = zones[^MaxZones..], IsFolded = true } : this with { Zones = zones };
    }
}

/// <summary>One zone in a token: what was seen, and what was written (0: nothing), in one epoch.</summary>
public readonly record struct TokenPosition(uint Zone, uint Epoch, long Seen, long Wrote);
