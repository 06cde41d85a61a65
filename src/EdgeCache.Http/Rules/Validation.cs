namespace EdgeCache.Http.Rules;

/// <summary>What the answer to a validation request means for the stored response.</summary>
internal enum ValidationOutcome : byte
{
    /// <summary>304 for the validator that was sent: the stored response is current, its fields are updated.</summary>
    Current,

    /// <summary>304 that below a floor names another tag, or would change what the response varies by: serve the stored body with the new fields to who asked, then ask in full.</summary>
    Doubtful,

    /// <summary>A full answer: it replaces the stored one.</summary>
    Replaced,

    /// <summary>A server failure: the stored response may stand in if <see cref="StaleOnError"/> permits.</summary>
    Failed,
}

/// <summary>Validating a stored response with the origin (RFC 9111 §4.3).</summary>
internal static class Validation
{
    /// <summary>Lines to add to a request for validation (§4.3.1). Conditions and Range of the client must have been taken off it.</summary>
    public static HeaderLine[] Conditions(ReadOnlySpan<HeaderLine> stored)
    {
        var etag = Find(stored, "ETag");
        var modified = Find(stored, "Last-Modified");
        return (etag, modified) switch
        {
            (not null, not null) => [new("If-None-Match", etag), new("If-Modified-Since", modified)],
            (not null, null) => [new("If-None-Match", etag)],
            (null, not null) => [new("If-Modified-Since", modified)],
            _ => [],
        };
    }

    /// <summary>PLANE.md 10: below a floor only an ETag or a strong Last-Modified proves that nothing changed; without one, fetch in full.</summary>
    public static bool IsTrustworthyBelowFloor(in StoredFacts stored) => stored.Has(StoredFlags.HasETag | StoredFlags.StrongLastModified);

    /// <summary>
    /// Reads the answer to a validation request. Exactly one tag was asked about, so a 304 that names another one still says that ours is current; below a floor,
    /// where the origin's word is all there is, such a contradiction is not enough.
    /// </summary>
    public static ValidationOutcome Read(ResponseFacts stored, ResponseFacts answer, bool belowFloor)
    {
        if (answer.Status != 304)
        {
            return StatusRules.IsServerFailure(answer.Status) ? ValidationOutcome.Failed : ValidationOutcome.Replaced;
        }

        var other = NamesAnother(stored, answer);
        var varies = !answer.Vary.IsNone && !answer.Vary.Names.SequenceEqual(stored.Vary.Names);
        return (other && belowFloor) || varies || answer.Vary.IsAny ? ValidationOutcome.Doubtful : ValidationOutcome.Current;
    }

    /// <summary>True for a 304 that names another tag than the stored one: it says when, but what else it says is of another representation (§4.3.4).</summary>
    public static bool NamesAnother(ResponseFacts stored, ResponseFacts answer) =>
        EntityTag.TryParse(answer.ETag, out var given) && EntityTag.TryParse(stored.ETag, out var own) && !given.WeaklyEquals(own);

    private static string? Find(ReadOnlySpan<HeaderLine> lines, string name)
    {
        foreach (var line in lines)
        {
            if (line.Is(name))
            {
                return line.Value;
            }
        }

        return null;
    }
}
