namespace EdgeCache.Http.Rules;

/// <summary>
/// Why the cache did what it did. One word for each, the same in code, <c>Cache-Status</c>, log, metric and explain (<see cref="CacheReasonText"/>).
/// </summary>
internal enum CacheReason : byte
{
    /// <summary>Nothing to say.</summary>
    None,

    // Served from the cache.
    Fresh,
    StaleWhileRevalidate,
    StaleIfError,
    StaleByRequest,
    StaleDisconnected,
    PossiblyOld,
    Validated,
    Collapsed,

    // A stored response exists and was not served as it is.
    Stale,
    ResponseNoCache,
    RequestNoCache,
    RequestMaxAge,
    RequestMinFresh,
    PurgedSoft,
    PurgedHard,
    PlaneLagging,
    PlaneSuspect,
    MustRevalidate,
    ConsistencyLevel,

    // No stored response.
    UriMiss,
    VaryMiss,
    OnlyIfCached,

    // Never looked up, or not stored.
    Method,
    RequestNoStore,
    RequestBody,
    Upgrade,
    Rule,
    HitForPass,
    Precondition,
    RangeMiss,
    Loop,
    ResponseNoStore,
    Private,
    Authorization,
    SetCookie,
    VaryStar,
    VaryLimit,
    Interim,
    Partial,
    NotModifiedUnasked,
    StatusNotUnderstood,
    StatusNotCacheable,
    NoLifetime,
    ValidatorMismatch,
    TooLarge,
    Truncated,
    BadFraming,
    TagLimit,
    BelowFloor,
    NoAdmission,

    // The upstream failed.
    UpstreamUnreachable,
    UpstreamTimeout,
    UpstreamReset,
    UpstreamError,
}
