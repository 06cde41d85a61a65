namespace EdgeCache.Http.Rules;

/// <summary>What to do with a stored response that matches a request.</summary>
internal enum ReuseAction : byte
{
    /// <summary>Go to the upstream: with the stored validators if there are any. (The default: nothing is served by accident.)</summary>
    Validate,

    /// <summary>Serve it.</summary>
    Serve,

    /// <summary>Serve it and validate behind the client's back.</summary>
    ServeAndValidate,

    /// <summary>Answer 504: the client wants the cache alone (RFC 9111 §5.2.1.7).</summary>
    GatewayTimeout,

    /// <summary>Wait for one fresh poll of the plane, then decide again (PLANE.md 19).</summary>
    AwaitPlane,
}

/// <summary>The reuse decision. <see cref="StaleIfError"/> says whether the response may be kept at hand should the upstream fail.</summary>
internal readonly record struct ReuseDecision(ReuseAction Action, CacheReason Reason, bool StaleIfError = false)
{
    /// <summary>True when the stored response goes out.</summary>
    public bool Serves => Action is ReuseAction.Serve or ReuseAction.ServeAndValidate;
}
