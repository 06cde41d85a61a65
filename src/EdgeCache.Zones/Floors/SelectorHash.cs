using System.IO.Hashing;
using System.Text;
using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Floors;

/// <summary>
/// Turns selectors into 64-bit keys of one zone state. Seeded at random per zone state, so that nobody can choose colliding names;
/// a collision costs a validation and is never unsafe. Thread-safe.
/// </summary>
public sealed class SelectorHash
{
    private const int StackLimit = 512;
    private readonly long _seed;

    /// <summary>Makes the hash of one zone state.</summary>
    public SelectorHash(long seed) => _seed = seed;

    /// <summary>The key of a selector given as UTF-8 or ASCII bytes. Never zero.</summary>
    public ulong Of(SelectorKind kind, ReadOnlySpan<byte> value)
    {
        // The kind moves the seed, so that a tag "x" and a host "x" are different keys.
        var hash = XxHash3.HashToUInt64(value, unchecked(_seed + ((long)kind * 0x1E37_79B9_7F4A_7C15)));
        return hash == 0 ? 1 : hash;
    }

    /// <summary>The key of a selector given as text.</summary>
    public ulong Of(SelectorKind kind, ReadOnlySpan<char> value)
    {
        var bytes = Encoding.UTF8.GetMaxByteCount(value.Length) is var max && max <= StackLimit ? stackalloc byte[max] : new byte[max];
        return Of(kind, bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
    }

    /// <summary>The key of a record name with a type; an empty type stands for all types of the name.</summary>
    public ulong OfName(string name, string type) => Of(SelectorKind.Name, type.Length == 0 ? name : $"{name}/{type}");

    /// <summary>The key of a selector.</summary>
    public ulong Of(Selector selector) =>
        selector.Kind == SelectorKind.Name ? OfName(selector.Value, selector.Type) : Of(selector.Kind, selector.Value);
}
