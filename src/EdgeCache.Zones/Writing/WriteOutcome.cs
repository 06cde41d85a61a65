namespace EdgeCache.Zones.Writing;

/// <summary>How a write ended; the same word in the answer, the log and the metric.</summary>
public enum WriteOutcome
{
    /// <summary>Committed, and it stands.</summary>
    Committed,

    /// <summary>Committed to the history only: a later version was there (<c>lww</c>).</summary>
    Superseded,

    /// <summary>A precondition did not hold (412); <see cref="WriteResult.Current"/> is what was there.</summary>
    PreconditionFailed,

    /// <summary>There is no such record to delete or change (404).</summary>
    NoSuchRecord,

    /// <summary>The directory has no such zone (404).</summary>
    UnknownZone,

    /// <summary>Something in the request is not allowed; the text says what is (400).</summary>
    Invalid,

    /// <summary>A value or a list is over its limit (413).</summary>
    TooLarge,

    /// <summary>The clock the writer has seen is too far ahead of this origin's (409).</summary>
    ClockSkew,

    /// <summary>The zone's conflict rule cannot make anything of the write on what is there: another kind of value, too many, not beside a CNAME (409).</summary>
    NotPossible,

    /// <summary>The change id stands for another change (422).</summary>
    ChangeIdReused,

    /// <summary>The record changed too often meanwhile (409); try again.</summary>
    Contended,

    /// <summary>The zone takes writes in its home region only (409).</summary>
    NotHome,

    /// <summary>The zone's log is gone and needs <c>zone restore</c> (503).</summary>
    StoreLost,

    /// <summary>Applied, not yet as durable as asked (503).</summary>
    AppliedNotDurable,

    /// <summary>The store did not answer; the change may or may not be there: repeat it with the same id (503).</summary>
    StoreUnavailable,
}
