using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Fetching;

/// <summary>
/// What a read above <c>eventual</c> demands of a page (PLANE.md 20, 22): it was asked for, or last validated, at or after <see cref="SentSince"/> (milliseconds of the node's
/// monotone clock). Nothing stale stands in for it.
/// </summary>
/// <param name="SentSince">Earliest sending of the request that brought it.</param>
/// <param name="Asked">The level as the client wrote it, for an upper tier.</param>
internal sealed record RequiredAge(long SentSince, string Asked)
{
    /// <summary>The decision about a stored response, with what the level permits.</summary>
    public ReuseDecision Narrow(ReuseDecision decision, in StoredFacts stored, bool onlyIfCached)
    {
        if (decision.Action is ReuseAction.AwaitPlane or ReuseAction.GatewayTimeout
            || (decision.Action == ReuseAction.Serve && decision.Reason == CacheReason.Fresh && stored.SentAt >= SentSince))
        {
            return decision;
        }

        var reason = decision.Serves ? CacheReason.ConsistencyLevel : decision.Reason;
        return new(onlyIfCached ? ReuseAction.GatewayTimeout : ReuseAction.Validate, reason);
    }
}
