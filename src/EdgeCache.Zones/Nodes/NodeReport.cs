using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Nodes;

/// <summary>Where a follower stands, as it says itself.</summary>
public sealed record NodeReport
{
    /// <summary>After so long without a report a node is gone.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    /// <summary>The role of what brings changes from another region: its positions are of that region's logs, and <c>wait</c> does not wait for it.</summary>
    public const string ReplicatorRole = "replicator";

    /// <summary>The node's name, unique in the deployment.</summary>
    public required string Node { get; init; }

    /// <summary><c>edge</c>, <c>resolver</c>, <c>origin</c>…</summary>
    public required string Role { get; init; }

    /// <summary>Random per start, so that a restarted node is not taken for the old one.</summary>
    public required string Instance { get; init; }

    /// <summary>Applied position per zone.</summary>
    public required IReadOnlyList<Position> Positions { get; init; }

    /// <summary>Age of its horizon when it reported, milliseconds.</summary>
    public required long HorizonAgeMilliseconds { get; init; }

    /// <summary>The reporter's wall clock, Unix milliseconds. For people only.</summary>
    public required long ReportedAt { get; init; }

    /// <summary>Longest max-lag of its zones, milliseconds: how long its word is good after its last report (PLANE.md 21).</summary>
    public required long LeaseMilliseconds { get; init; }

    /// <summary>
    /// Since when it has never known less than its lease allows, by the reporter's wall clock, Unix milliseconds: what was committed later it had applied within the lease. 0: an older program,
    /// which does not say.
    /// </summary>
    public long SteadySince { get; init; }

    /// <summary>Gaps it met and repaired: counters since its start.</summary>
    public long GapsRepaired { get; init; }

    /// <summary>Resyncs since its start.</summary>
    public long Resyncs { get; init; }

    /// <summary>
    /// Not null while it may serve pages that are possibly old, since it had to read a zone anew (PLANE.md 6): per zone the entries of the log that it passed over without seeing them, if there are any.
    /// A change among them has not been applied here yet, whatever <see cref="Positions"/> says.
    /// </summary>
    public IReadOnlyList<UnprovenSpan>? Unproven { get; init; }

    /// <summary>Counts the reports of this instance, so that an observer sees that a node lives even when it stands still.</summary>
    public long Sequence { get; init; }

    /// <summary>The entries it applied last, newest last, at most <see cref="MaxRecent"/>: the timeline of a change.</summary>
    public IReadOnlyList<AppliedMark> Recent { get; init; } = [];

    /// <summary>Most entries in <see cref="Recent"/>.</summary>
    public const int MaxRecent = 32;

    /// <summary>What the node says of its own work; null for a node that only follows.</summary>
    public NodeWork? Work { get; init; }
}

/// <summary>An entry was applied at a time of the node's own wall clock, Unix milliseconds. For people.</summary>
public readonly record struct AppliedMark(Position Position, long At);
