namespace EdgeCache.Zones.Floors;

/// <summary>
/// The selectors under which an entry can be purged: keys by <see cref="SelectorHash"/> (url with query, url without, host, each tag; or name, name+type,
/// each ancestor subtree), and the bytes of <c>host/path</c> (without query) for prefixes. Lives on the stack.
/// </summary>
public readonly ref struct FloorSubject
{
    /// <summary>Makes a subject; <paramref name="hostLength"/> is where the path begins in <paramref name="hostAndPath"/>.</summary>
    public FloorSubject(ReadOnlySpan<ulong> keys, ReadOnlySpan<byte> hostAndPath = default, int hostLength = 0)
    {
        Keys = keys;
        HostAndPath = hostAndPath;
        Path = hostAndPath[Math.Min(hostLength, hostAndPath.Length)..];
    }

    /// <summary>Selector keys.</summary>
    public ReadOnlySpan<ulong> Keys { get; }

    /// <summary><c>host/path</c>, UTF-8, normalised; empty when prefixes do not apply.</summary>
    public ReadOnlySpan<byte> HostAndPath { get; }

    /// <summary>The part from the first slash on.</summary>
    public ReadOnlySpan<byte> Path { get; }
}
