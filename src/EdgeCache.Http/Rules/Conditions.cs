using Microsoft.Extensions.Primitives;

namespace EdgeCache.Http.Rules;

/// <summary>What a client's conditions come to against a stored response.</summary>
internal enum ConditionOutcome : byte
{
    /// <summary>No condition, or it does not hold back the content: answer in full.</summary>
    Full,

    /// <summary>304.</summary>
    NotModified,
}

/// <summary>
/// Evaluates If-None-Match and If-Modified-Since as a cache does (RFC 9110 §13.2.2 steps 3 and 4, RFC 9111 §4.3.2). If-Match and If-Unmodified-Since are not
/// evaluated here: they concern the origin and are forwarded (<see cref="RequestFlags.Precondition"/>).
/// </summary>
internal static class Conditions
{
    /// <summary>Decides for a GET or HEAD; <paramref name="storedETag"/> is null when there is none.</summary>
    public static ConditionOutcome Evaluate(in StoredFacts stored, string? storedETag, StringValues ifNoneMatch, StringValues ifModifiedSince, long nowSeconds)
    {
        // §13.2.1: a precondition is ignored when the answer without it would not be 2xx.
        if (stored.Status is < 200 or >= 300)
        {
            return ConditionOutcome.Full;
        }

        if (ifNoneMatch.Count > 0)
        {
            return AnyMatches(ifNoneMatch, storedETag) ? ConditionOutcome.NotModified : ConditionOutcome.Full;
        }

        // §13.1.3: a repeated or invalid date is ignored.
        return ifModifiedSince.Count == 1 && HttpDate.TryParse(ifModifiedSince[0], nowSeconds, out var since) && stored.ModifiedAt <= since
            ? ConditionOutcome.NotModified
            : ConditionOutcome.Full;
    }

    /// <summary>True when the stored response is what a Range request with this If-Range means (RFC 9110 §13.1.5): strong comparison only.</summary>
    public static bool IfRangeHolds(in StoredFacts stored, string? storedETag, StringValues ifRange, long nowSeconds)
    {
        if (ifRange.Count != 1)
        {
            return ifRange.Count == 0;
        }

        if (HttpDate.TryParse(ifRange[0], nowSeconds, out var date))
        {
            return stored.Has(StoredFlags.StrongLastModified) && stored.ModifiedAt == date;
        }

        return EntityTag.TryParse(ifRange[0], out var asked) && EntityTag.TryParse(storedETag, out var own) && asked.StronglyEquals(own);
    }

    private static bool AnyMatches(StringValues ifNoneMatch, string? storedETag)
    {
        _ = EntityTag.TryParse(storedETag, out var own);
        for (var i = 0; i < ifNoneMatch.Count; i++)
        {
            ReadOnlySpan<char> rest = ifNoneMatch[i];
            if (FieldSyntax.Trim(rest) is "*")
            {
                return true;
            }

            while (EntityTag.TryNext(ref rest, out var asked))
            {
                if (asked.WeaklyEquals(own))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
