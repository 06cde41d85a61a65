namespace EdgeCache.Zones.Following;

/// <summary>Why a follower had to read a zone anew instead of going on in its log (PLANE.md 3).</summary>
public enum ResyncReason
{
    /// <summary>The first read of the zone.</summary>
    First,

    /// <summary>The log has another epoch.</summary>
    EpochChanged,

    /// <summary>Entries after the applied position are no longer kept.</summary>
    Trimmed,

    /// <summary>The log ends before the applied position: its tail was lost.</summary>
    HeadBehind,

    /// <summary>A nonce differs: the tail was lost and other entries took its serials.</summary>
    OtherHistory,

    /// <summary>Another store process answers, and it does not promise to have kept everything.</summary>
    StoreRestarted,
}

/// <summary>The words for <see cref="ResyncReason"/>, the same in logs, metrics and reports.</summary>
public static class ResyncReasons
{
    /// <summary>One word.</summary>
    public static string Text(this ResyncReason reason) => reason switch
    {
        ResyncReason.First => "first",
        ResyncReason.EpochChanged => "epoch-changed",
        ResyncReason.Trimmed => "trimmed",
        ResyncReason.HeadBehind => "head-behind",
        ResyncReason.OtherHistory => "other-history",
        _ => "store-restarted",
    };
}
