namespace EdgeCache.Http.Rules;

/// <summary>What a forwarded HEAD's answer does to a stored response for GET (RFC 9111 §4.3.5).</summary>
internal enum HeadEffect : byte
{
    /// <summary>Says nothing about it.</summary>
    None,

    /// <summary>Same representation: update its fields and freshness.</summary>
    Update,

    /// <summary>The representation changed: the stored response is stale.</summary>
    Invalidate,
}

/// <summary>Compares a HEAD's answer with the stored response.</summary>
internal static class HeadUpdate
{
    /// <summary>Decides; Content-Length is compared where both have it.</summary>
    public static HeadEffect Of(ResponseFacts stored, ReadOnlySpan<HeaderLine> storedLines, ResponseFacts answer, ReadOnlySpan<HeaderLine> answerLines)
    {
        if (stored.Status != 200 || answer.Status != 200)
        {
            return HeadEffect.None;
        }

        var sameTag = answer.ETag is null || (EntityTag.TryParse(answer.ETag, out var given) && EntityTag.TryParse(stored.ETag, out var own) && given.WeaklyEquals(own));
        var sameDate = answer.LastModified is null || answer.LastModified == stored.LastModified;
        var length = Length(answerLines);
        var sameLength = length is null || Length(storedLines) is not { } known || length == known;
        return sameTag && sameDate && sameLength ? HeadEffect.Update : HeadEffect.Invalidate;
    }

    /// <summary>PLANE.md 10: an update lifts over a floor only by an equal strong tag.</summary>
    public static bool LiftsOverFloor(ResponseFacts stored, ResponseFacts answer) =>
        EntityTag.TryParse(stored.ETag, out var own) && EntityTag.TryParse(answer.ETag, out var given) && own.StronglyEquals(given);

    private static string? Length(ReadOnlySpan<HeaderLine> lines)
    {
        foreach (var line in lines)
        {
            if (line.Is("Content-Length"))
            {
                return line.Value;
            }
        }

        return null;
    }
}
