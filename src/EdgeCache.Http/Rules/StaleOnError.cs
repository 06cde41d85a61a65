using EdgeCache.Zones.Floors;

namespace EdgeCache.Http.Rules;

/// <summary>How the upstream failed.</summary>
internal enum UpstreamFailure : byte
{
    /// <summary>No answer: refused, reset, timed out, broken framing.</summary>
    Disconnected,

    /// <summary>An answer 500, 502, 503 or 504 (<see cref="StatusRules.IsServerFailure"/>).</summary>
    ServerError,
}

/// <summary>Whether a stored response may stand in for a failed upstream (RFC 5861 §4, RFC 9111 §4.2.4).</summary>
internal static class StaleOnError
{
    /// <summary>Without a stale-if-error directive: seconds past its lifetime that a response may stand in while the upstream cannot be reached. A 5xx answer is passed on.</summary>
    public const uint DisconnectedSeconds = 3600;

    /// <summary><see cref="CacheReason.StaleIfError"/> or <see cref="CacheReason.StaleDisconnected"/> when it may; otherwise why not.</summary>
    public static CacheReason Decide(in StoredFacts stored, long now, in RequestDirectives request, FloorVerdict floor, UpstreamFailure failure)
    {
        if (floor == FloorVerdict.Hard)
        {
            return CacheReason.PurgedHard;
        }

        if (stored.Has(StoredFlags.AlwaysValidate))
        {
            return CacheReason.ResponseNoCache;
        }

        if (stored.Has(StoredFlags.NeverStale))
        {
            return CacheReason.MustRevalidate;
        }

        // RFC 5861 §4: the directive holds regardless of other freshness information, so also for a client that asked for something fresh.
        var staleness = -stored.FreshFor(now);
        var allowed = Math.Max(stored.StaleIfError, request.StaleIfError);
        if (allowed > 0 && staleness < allowed * 1000L)
        {
            return CacheReason.StaleIfError;
        }

        if (failure == UpstreamFailure.ServerError || stored.Has(StoredFlags.HasStaleIfError))
        {
            return CacheReason.Stale;
        }

        return request.NoCache ? CacheReason.RequestNoCache
            : staleness < DisconnectedSeconds * 1000L ? CacheReason.StaleDisconnected
            : CacheReason.Stale;
    }
}
