using System.Collections.Immutable;

namespace EdgeCache.Http.Rules;

/// <summary>The tags and groups of a response. <see cref="IsOverLimit"/>: not all of them could be kept, so the response must not be stored.</summary>
internal sealed record TagSet(ImmutableArray<string> Tags, ImmutableArray<string> Groups, bool IsOverLimit)
{
    /// <summary>No tags.</summary>
    public static TagSet Empty { get; } = new([], [], false);
}

/// <summary>Reads Cache-Tag (commas), Surrogate-Key (spaces) and Cache-Groups (RFC 9875: a structured List of Strings). Tags are case-sensitive.</summary>
internal static class TagFields
{
    /// <summary>Most tags and groups of one response.</summary>
    public const int MaxTags = 2_000;

    /// <summary>Most characters of all tags and groups together.</summary>
    public const int MaxCharacters = 32 * 1024;

    /// <summary>Tags, by commas.</summary>
    public const string CacheTag = "Cache-Tag";

    /// <summary>Tags, by spaces.</summary>
    public const string SurrogateKey = "Surrogate-Key";

    /// <summary>Groups.</summary>
    public const string CacheGroups = "Cache-Groups";

    private const string CacheGroupInvalidation = "Cache-Group-Invalidation";

    /// <summary>Reads the tags of a response; each once, in the order given.</summary>
    public static TagSet Read(ReadOnlySpan<HeaderLine> lines)
    {
        var tags = new TagCollector();
        var groups = new TagCollector();
        foreach (var line in lines)
        {
            if (line.Is(CacheTag))
            {
                AddSeparated(tags, line.Value, ',');
            }
            else if (line.Is(SurrogateKey))
            {
                AddSeparated(tags, line.Value, ' ');
            }
        }

        AddGroups(groups, lines, CacheGroups);
        var over = tags.Count + groups.Count > MaxTags || tags.Characters + groups.Characters > MaxCharacters;
        return tags.Count + groups.Count == 0 ? TagSet.Empty : new(tags.ToArray(), groups.ToArray(), over);
    }

    /// <summary>The groups that the answer to an unsafe request invalidates (RFC 9875 §3).</summary>
    public static ImmutableArray<string> InvalidatedGroups(ReadOnlySpan<HeaderLine> lines)
    {
        var groups = new TagCollector();
        AddGroups(groups, lines, CacheGroupInvalidation);
        return groups.ToArray();
    }

    private static void AddSeparated(TagCollector tags, ReadOnlySpan<char> text, char separator)
    {
        foreach (var range in text.Split(separator))
        {
            tags.Add(FieldSyntax.Trim(text[range]));
        }
    }

    private static void AddGroups(TagCollector groups, ReadOnlySpan<HeaderLine> lines, string name)
    {
        string? joined = null;
        foreach (var line in lines)
        {
            if (line.Is(name))
            {
                joined = joined is null ? line.Value : $"{joined}, {line.Value}";
            }
        }

        if (joined is null || !StructuredReader.TryList(joined, out var members))
        {
            return;
        }

        foreach (var member in members)
        {
            if (member.Kind == StructuredKind.String)
            {
                groups.Add(member.Text);
            }
        }
    }

    private sealed class TagCollector
    {
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
        private readonly ImmutableArray<string>.Builder _tags = ImmutableArray.CreateBuilder<string>();

        public int Count => _tags.Count;

        public int Characters { get; private set; }

        public void Add(ReadOnlySpan<char> tag)
        {
            if (tag.IsEmpty || Count > MaxTags || Characters > MaxCharacters)
            {
                return;
            }

            var text = tag.ToString();
            if (_seen.Add(text))
            {
                _tags.Add(text);
                Characters += text.Length;
            }
        }

        public ImmutableArray<string> ToArray() => _tags.ToImmutable();
    }
}
