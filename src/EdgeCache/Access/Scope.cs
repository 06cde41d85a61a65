using System.Diagnostics.CodeAnalysis;
using EdgeCache.Zones.Records;

namespace EdgeCache.Access;

/// <summary>What a token permits.</summary>
internal enum ScopeKind
{
    /// <summary>Everything, zones and their policies too.</summary>
    All,

    /// <summary>Reading.</summary>
    Read,

    /// <summary>Publishing, deleting, reverting records; in one zone when <see cref="Scope.Limit"/> is set.</summary>
    Publish,

    /// <summary>Purging; in one zone when <see cref="Scope.Limit"/> is set.</summary>
    Purge,

    /// <summary>Purging tags that begin with <see cref="Scope.Limit"/>, in any zone.</summary>
    PurgeTag,
}

/// <summary>One permission: <c>all</c>, <c>read</c>, <c>publish</c>, <c>publish:ZONE</c>, <c>purge</c>, <c>purge:ZONE</c>, <c>purge-tag:BEGINNING</c>. Immutable.</summary>
internal sealed record Scope(ScopeKind Kind, string Limit)
{
    public const string Allowed = "all, read, publish, publish:ZONE, purge, purge:ZONE, purge-tag:BEGINNING";

    public static bool TryParse(string text, [NotNullWhen(true)] out Scope? scope)
    {
        var cut = text.IndexOf(':', StringComparison.Ordinal);
        var (word, limit) = cut < 0 ? (text, "") : (text[..cut], text[(cut + 1)..]);
        ScopeKind? kind = word switch
        {
            "all" when cut < 0 => ScopeKind.All,
            "read" when cut < 0 => ScopeKind.Read,
            "publish" => ScopeKind.Publish,
            "purge" => ScopeKind.Purge,
            "purge-tag" when limit.Length > 0 => ScopeKind.PurgeTag,
            _ => null,
        };
        var good = kind is not null && (cut < 0 || kind == ScopeKind.PurgeTag || ZoneName.TryParse(limit, out _, out _));
        scope = good ? new Scope(kind!.Value, limit) : null; // Good says that it is set.
        return good;
    }

    public override string ToString() => Limit.Length == 0 ? Word : $"{Word}:{Limit}";

    private string Word => Kind == ScopeKind.PurgeTag ? "purge-tag" : Kind.ToString().ToLowerInvariant();
}
