namespace EdgeCache.Zones.Stores;

/// <summary>How a commit ended.</summary>
public enum CommitOutcome
{
    /// <summary>Committed; or was before, under the same change id (<see cref="CommitResult.WasRepeat"/>).</summary>
    Committed,

    /// <summary>A guard did not hold; nothing was changed. <see cref="CommitResult.Current"/> is the state that was in the way.</summary>
    PreconditionFailed,

    /// <summary>The directory has no such zone.</summary>
    UnknownZone,

    /// <summary>The zone's log is gone: <c>zone restore</c> opens a new epoch (503 <c>store-lost</c>).</summary>
    StoreLost,

    /// <summary>A replica's commit was not the next of its region.</summary>
    OutOfOrder,

    /// <summary>A replica's clock is too far ahead of this store's (PLANE.md 27): nothing was changed; it may come again later.</summary>
    ClockSkew,

    /// <summary>The zone's rule cannot make anything of the write on the state it met; <see cref="CommitResult.Error"/> says why. Nothing was changed.</summary>
    NotPossible,

    /// <summary>The change id was used within ten minutes for something else (422).</summary>
    ChangeIdReused,

    /// <summary>Applied, but not yet as durable as asked (503 <c>applied-not-durable</c>): neither success nor rejection (PLANE.md 5).</summary>
    AppliedNotDurable,
}
