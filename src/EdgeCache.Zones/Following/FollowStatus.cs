using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Following;

/// <summary>What a follower is doing about a zone.</summary>
public enum FollowPhase
{
    /// <summary>It has never read the zone.</summary>
    Unread,

    /// <summary>It applies the log as it grows.</summary>
    Following,

    /// <summary>It reads the zone anew.</summary>
    Resyncing,

    /// <summary>The store has no log for the zone any more; what is known is served degraded until <c>zone restore</c>.</summary>
    StoreLost,

    /// <summary>It met an entry of a kind this version does not know and stopped; <see cref="FollowStatus.Detail"/> says which.</summary>
    Faulted,
}

/// <summary>The words for <see cref="FollowPhase"/>.</summary>
public static class FollowPhases
{
    /// <summary>One word.</summary>
    public static string Text(this FollowPhase phase) => phase switch
    {
        FollowPhase.Unread => "unread",
        FollowPhase.Following => "following",
        FollowPhase.Resyncing => "resyncing",
        FollowPhase.StoreLost => "store-lost",
        _ => "faulted",
    };
}

/// <summary>One zone as its follower sees it, for people.</summary>
public sealed record FollowStatus
{
    /// <summary>Position applied.</summary>
    public required Position Position { get; init; }

    /// <summary>What the follower is doing.</summary>
    public required FollowPhase Phase { get; init; }

    /// <summary>May the node rely on it?</summary>
    public required PlaneHealth Health { get; init; }

    /// <summary>Age of its knowledge; null before the first poll.</summary>
    public required TimeSpan? HorizonAge { get; init; }

    /// <summary>Newest serial the log was seen to have.</summary>
    public required long Head { get; init; }

    /// <summary>Floors held.</summary>
    public required int Floors { get; init; }

    /// <summary>Times there were too many, and one over the whole zone took their place.</summary>
    public long FloorsFolded { get; init; }

    /// <summary>Local generation.</summary>
    public required long Generation { get; init; }

    /// <summary>Why it stopped; empty when it did not.</summary>
    public string Detail { get; init; } = "";
}
