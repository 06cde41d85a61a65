namespace EdgeCache.Http.Rules;

/// <summary>An entity tag (RFC 9110 §8.8.3) as a view on field text. <c>default</c> is no tag.</summary>
internal readonly ref struct EntityTag
{
    private EntityTag(ReadOnlySpan<char> opaque, bool weak)
    {
        Opaque = opaque;
        IsWeak = weak;
        Exists = true;
    }

    /// <summary>The opaque tag with its quotes.</summary>
    public ReadOnlySpan<char> Opaque { get; }

    /// <summary>True for <c>W/"…"</c>.</summary>
    public bool IsWeak { get; }

    /// <summary>True unless this is the default.</summary>
    public bool Exists { get; }

    /// <summary>
    /// Reads one tag. Origins send tags without quotes; such a tag is kept as it is and compares weakly only with itself, since its strength is unknown.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EntityTag tag)
    {
        text = FieldSyntax.Trim(text);
        tag = default;
        if (text.IsEmpty)
        {
            return false;
        }

        if (text.StartsWith("W/\"", StringComparison.Ordinal) && IsQuoted(text[2..]))
        {
            tag = new(text[2..], weak: true);
        }
        else
        {
            tag = new(text, weak: !IsQuoted(text));
        }

        return true;
    }

    /// <summary>Reads a tag of a list; the text moves behind it. A backslash is an ordinary character in a tag, so this is not a quoted-string.</summary>
    public static bool TryNext(scoped ref ReadOnlySpan<char> rest, out EntityTag tag)
    {
        rest = rest.TrimStart(" \t,");
        var open = rest.StartsWith("W/\"", StringComparison.Ordinal) ? 2 : 0;
        var end = rest.IndexOf(',');
        if (rest.Length > open && rest[open] == '"' && rest[(open + 1)..].IndexOf('"') is >= 0 and var close)
        {
            var after = open + close + 2;
            var comma = rest[after..].IndexOf(',');
            end = comma < 0 ? -1 : after + comma;
        }

        var found = TryParse(end < 0 ? rest : rest[..end], out tag);
        rest = end < 0 ? default : rest[(end + 1)..];
        return found;
    }

    /// <summary>Strong comparison (§8.8.3.2).</summary>
    public bool StronglyEquals(EntityTag other) => Exists && other.Exists && !IsWeak && !other.IsWeak && Opaque.SequenceEqual(other.Opaque);

    /// <summary>Weak comparison (§8.8.3.2).</summary>
    public bool WeaklyEquals(EntityTag other) => Exists && other.Exists && Opaque.SequenceEqual(other.Opaque);

    private static bool IsQuoted(ReadOnlySpan<char> text) => text.Length >= 2 && text[0] == '"' && text[1..].IndexOf('"') == text.Length - 2;
}
