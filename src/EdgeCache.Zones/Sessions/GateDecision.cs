using EdgeCache.Zones.Following;

namespace EdgeCache.Zones.Sessions;

/// <summary>What is read.</summary>
public enum ReadSubject
{
    /// <summary>A record, by look-up or DNS.</summary>
    Record,

    /// <summary>A page of a zone or route under <c>log</c> authority.</summary>
    LogPage,

    /// <summary>A page whose application must be asked.</summary>
    OriginPage,
}

/// <summary>What to do with a read.</summary>
public enum GateAction
{
    /// <summary>Answer from here, as far as <see cref="GateDecision.FilledSince"/> and <see cref="GateDecision.MustValidate"/> allow.</summary>
    Serve,

    /// <summary>This node cannot prove what is asked: ask one tier up or the primary; without one, 504 with the reason.</summary>
    AskUpstream,

    /// <summary>400 with the reason, 409 for a session that is lost: nobody can do that.</summary>
    Refuse,
}

/// <summary>Why.</summary>
public enum GateReason
{
    /// <summary>All that was asked holds.</summary>
    Met,

    /// <summary>The node's knowledge is older than asked, and a fresh poll did not come in time.</summary>
    HorizonTooOld,

    /// <summary>The node has not applied what the client has seen.</summary>
    PositionNotReached,

    /// <summary>The store may have lost what it had acknowledged, and its writers have not had the time to bring it back.</summary>
    StoreRecovering,

    /// <summary>What the client has seen in another region has not come to this one.</summary>
    RegionBehind,

    /// <summary>What the client has seen is not in the log any more.</summary>
    SessionLost,

    /// <summary>The newest state can only be had from the primary.</summary>
    PrimaryAsked,

    /// <summary>Versions are counted for records only.</summary>
    VersionsOfPages,

    /// <summary>The token was changed, or is not ours.</summary>
    TokenInvalid,

    /// <summary>The token is too old.</summary>
    TokenExpired,
}

/// <summary>The words for <see cref="GateReason"/>, the same in headers, logs and metrics.</summary>
public static class GateReasons
{
    /// <summary>One word.</summary>
    public static string Text(this GateReason reason) => reason switch
    {
        GateReason.Met => "met",
        GateReason.HorizonTooOld => "horizon-too-old",
        GateReason.PositionNotReached => "position-not-reached",
        GateReason.StoreRecovering => "store-recovering",
        GateReason.RegionBehind => "region-behind",
        GateReason.SessionLost => "session-lost",
        GateReason.PrimaryAsked => "primary-asked",
        GateReason.VersionsOfPages => "versions-of-pages",
        GateReason.TokenInvalid => "token-invalid",
        _ => "token-expired",
    };
}

/// <summary>The end of the gate.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Reason">Why.</param>
/// <param name="FilledSince">A cached page serves only if its request was sent, or it was last validated, at or after this monotonic time of the node.</param>
/// <param name="MustValidate">A cached page is validated end to end.</param>
/// <param name="View">What the decision holds for, when it is about positions or age: a record is shown from it and from no later one, which may be of another log. Null: any.</param>
public readonly record struct GateDecision(GateAction Action, GateReason Reason, long FilledSince = long.MinValue, bool MustValidate = false, ZoneView? View = null);
