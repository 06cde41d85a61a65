using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Floors;

/// <summary>
/// The selectors under which an RRset, or the knowledge that there is none, can be purged (PLANE.md 30): name and type, the name with all types, the subtree of the name
/// and of each ancestor up to the apex, and for negative answers the zone's negative floor. Names are relative to the apex, lower case, <c>@</c> is the apex.
/// </summary>
public static class NameFloors
{
    /// <summary>Most keys one name can have: its labels (at most 127), the apex, two for the name itself and the negative floor.</summary>
    public const int MaxKeys = 132;

    /// <summary>The apex.</summary>
    public const string Apex = "@";

    /// <summary>Rises when a name comes into being or goes: whatever was learnt of absence is doubtful. The empty name is no record's name.</summary>
    public static Selector Negative { get; } = new(SelectorKind.Name, "");

    /// <summary>Writes the keys of a cached answer; returns how many. <paramref name="keys"/> has room for <see cref="MaxKeys"/>.</summary>
    public static int Keys(Span<ulong> keys, SelectorHash hash, string name, string type, bool isNegative)
    {
        var count = 0;
        keys[count++] = hash.OfName(name, type);
        keys[count++] = hash.OfName(name, "");
        if (isNegative)
        {
            keys[count++] = hash.Of(Negative);
        }

        for (var rest = name.AsSpan(); count < MaxKeys - 1 && !rest.SequenceEqual(Apex);)
        {
            keys[count++] = hash.Of(SelectorKind.Subtree, rest);
            var dot = rest.IndexOf('.');
            rest = dot < 0 ? Apex : rest[(dot + 1)..];
        }

        keys[count++] = hash.Of(SelectorKind.Subtree, Apex);
        return count;
    }
}
