using System.Collections.Immutable;

namespace EdgeCache.Http.Rules;

/// <summary>The request fields that selected a response (RFC 9111 §4.1): lower case, sorted, each once. Equal specs have equal <see cref="Names"/>.</summary>
internal sealed class VarySpec
{
    /// <summary>More fields than these are treated like <c>*</c>: such a response is not stored.</summary>
    public const int MaxNames = 32;

    private VarySpec(ImmutableArray<string> names, bool any)
    {
        Names = names;
        IsAny = any;
    }

    /// <summary>The response does not vary.</summary>
    public static VarySpec None { get; } = new([], any: false);

    /// <summary>Nothing ever matches (<c>Vary: *</c>).</summary>
    public static VarySpec Any { get; } = new([], any: true);

    /// <summary>Field names.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>True for <c>*</c>.</summary>
    public bool IsAny { get; }

    /// <summary>True when the response is the same for every request.</summary>
    public bool IsNone => Names.IsEmpty && !IsAny;

    /// <summary>These fields too.</summary>
    public VarySpec With(IEnumerable<string> names) => IsAny ? this : Parse(Names.Concat(names));

    /// <summary>Reads all Vary lines together. A member that is not a field name cannot be matched, so it counts as <c>*</c>.</summary>
    public static VarySpec Parse(IEnumerable<string> lines)
    {
        SortedSet<string>? names = null;
        foreach (var line in lines)
        {
            ReadOnlySpan<char> rest = line;
            while (FieldSyntax.TryNextMember(ref rest, out var member))
            {
                if (member is "*" || !FieldSyntax.IsToken(member))
                {
                    return Any;
                }

                names ??= new(StringComparer.Ordinal);
                names.Add(member.ToString().ToLowerInvariant());
                if (names.Count > MaxNames)
                {
                    return Any;
                }
            }
        }

        return names is null ? None : new([.. names], any: false);
    }
}
