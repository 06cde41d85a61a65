namespace EdgeCache.Http.Rules;

/// <summary>The one table of words for <see cref="CacheReason"/>: tokens of RFC 9110 §5.6.2, so that they can stand unquoted in any field.</summary>
internal static class CacheReasonText
{
    private static readonly string[] Words = Build();

    /// <summary>The word of a reason.</summary>
    public static string Text(this CacheReason reason) => (int)reason < Words.Length ? Words[(int)reason] : "none";

    private static string[] Build() => [.. Enum.GetValues<CacheReason>().Select(Word)];

    private static string Word(CacheReason reason) => reason switch
    {
        CacheReason.None => "none",
        CacheReason.Fresh => "fresh",
        CacheReason.StaleWhileRevalidate => "stale-while-revalidate",
        CacheReason.StaleIfError => "stale-if-error",
        CacheReason.StaleByRequest => "max-stale",
        CacheReason.StaleDisconnected => "stale-disconnected",
        CacheReason.PossiblyOld => "possibly-old",
        CacheReason.Validated => "validated",
        CacheReason.Collapsed => "collapsed",
        CacheReason.Stale => "stale",
        CacheReason.ResponseNoCache => "no-cache",
        CacheReason.RequestNoCache => "request-no-cache",
        CacheReason.RequestMaxAge => "request-max-age",
        CacheReason.RequestMinFresh => "request-min-fresh",
        CacheReason.PurgedSoft => "purged-soft",
        CacheReason.PurgedHard => "purged-hard",
        CacheReason.PlaneLagging => "plane-lagging",
        CacheReason.PlaneSuspect => "plane-suspect",
        CacheReason.MustRevalidate => "must-revalidate",
        CacheReason.ConsistencyLevel => "consistency-level",
        CacheReason.UriMiss => "uri-miss",
        CacheReason.VaryMiss => "vary-miss",
        CacheReason.OnlyIfCached => "only-if-cached",
        CacheReason.Method => "method",
        CacheReason.RequestNoStore => "request-no-store",
        CacheReason.RequestBody => "request-body",
        CacheReason.Upgrade => "upgrade",
        CacheReason.Rule => "rule",
        CacheReason.HitForPass => "hit-for-pass",
        CacheReason.Precondition => "precondition",
        CacheReason.RangeMiss => "range-miss",
        CacheReason.Loop => "loop",
        CacheReason.ResponseNoStore => "no-store",
        CacheReason.Private => "private",
        CacheReason.Authorization => "authorization",
        CacheReason.SetCookie => "set-cookie",
        CacheReason.VaryStar => "vary-star",
        CacheReason.VaryLimit => "vary-limit",
        CacheReason.Interim => "interim",
        CacheReason.Partial => "partial",
        CacheReason.NotModifiedUnasked => "not-modified-unasked",
        CacheReason.StatusNotUnderstood => "status-not-understood",
        CacheReason.StatusNotCacheable => "status-not-cacheable",
        CacheReason.NoLifetime => "no-lifetime",
        CacheReason.ValidatorMismatch => "validator-mismatch",
        CacheReason.TooLarge => "too-large",
        CacheReason.Truncated => "truncated",
        CacheReason.BadFraming => "bad-framing",
        CacheReason.TagLimit => "tag-limit",
        CacheReason.BelowFloor => "below-floor",
        CacheReason.NoAdmission => "no-admission",
        CacheReason.UpstreamUnreachable => "upstream-unreachable",
        CacheReason.UpstreamTimeout => "upstream-timeout",
        CacheReason.UpstreamReset => "upstream-reset",
        CacheReason.UpstreamError => "upstream-error",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
