using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Writing;

/// <summary>
/// What must hold before a write: <c>If-Match</c> and <c>If-None-Match</c> (RFC 9110 §13.1). <c>default</c>: nothing.
/// Entity tags are compared strongly, so a weak one never matches (§8.8.3.2).
/// </summary>
public readonly record struct WritePrecondition
{
    /// <summary>Most entity tags in one field.</summary>
    public const int MaxTags = 64;

    private WritePrecondition(IReadOnlyList<string>? match, IReadOnlyList<string>? noneMatch)
    {
        Match = match;
        NoneMatch = noneMatch;
    }

    /// <summary>Tags of <c>If-Match</c>; <c>*</c> alone is any value; null when absent.</summary>
    public IReadOnlyList<string>? Match { get; }

    /// <summary>Tags of <c>If-None-Match</c>; <c>*</c> alone is any value; null when absent.</summary>
    public IReadOnlyList<string>? NoneMatch { get; }

    /// <summary>True when nothing is asked.</summary>
    public bool IsEmpty => Match is null && NoneMatch is null;

    /// <summary>There must be no value yet.</summary>
    public static WritePrecondition MustBeAbsent { get; } = new(null, ["*"]);

    /// <summary>The current version must be this one.</summary>
    public static WritePrecondition MustBe(string etag) => new([etag], null);

    /// <summary>Reads the two header fields (several field lines joined by commas); false with a reason when one is malformed.</summary>
    public static bool TryParse(string? ifMatch, string? ifNoneMatch, out WritePrecondition precondition, out string? error)
    {
        precondition = default;
        error = null;
        if (!TryReadTags(ifMatch, out var match) || !TryReadTags(ifNoneMatch, out var noneMatch))
        {
            error = $"If-Match and If-None-Match are * or a list of at most {MaxTags} quoted entity tags";
            return false;
        }

        precondition = new WritePrecondition(match, noneMatch);
        return true;
    }

    /// <summary>True when it holds for the current state (RFC 9110 §13.2.2: If-Match first).</summary>
    public bool HoldsFor(Record? current)
    {
        var etag = current is { IsDeleted: false } ? current.ETag : null;
        return (Match is null || (etag is not null && Names(Match, etag)))
            && (NoneMatch is null || etag is null || !Names(NoneMatch, etag));
    }

    private static bool Names(IReadOnlyList<string> tags, string etag) => tags.Any(t => t == "*" || t == etag);

    private static bool TryReadTags(string? field, out IReadOnlyList<string>? tags)
    {
        tags = null;
        if (field is null)
        {
            return true;
        }

        var rest = field.AsSpan().Trim();
        if (rest is "*")
        {
            tags = ["*"];
            return true;
        }

        var found = new List<string>();
        while (!rest.IsEmpty)
        {
            // entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE; a tag may hold commas, so the quotes decide (§8.8.3).
            var open = rest.StartsWith("W/") ? 2 : 0;
            var close = open < rest.Length && rest[open] == '"' ? rest[(open + 1)..].IndexOf('"') : -1;
            if (close < 0 || found.Count == MaxTags)
            {
                return false;
            }

            var end = open + close + 2;
            found.Add(rest[..end].ToString());
            rest = rest[end..].TrimStart();
            if (!rest.IsEmpty && rest[0] != ',')
            {
                return false;
            }

            rest = rest.TrimStart(", \t");
        }

        tags = found;
        return found.Count > 0;
    }
}
