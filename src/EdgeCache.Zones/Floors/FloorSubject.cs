namespace EdgeCache.Zones.Floors;

/// <summary>
/// The selectors under which an entry can be purged: keys by <see cref="SelectorHash"/> (url with query, url without, host, each tag; or name, name+type,
/// each ancestor subtree), and the bytes of <c>host:port/path</c> (without query) for prefixes, which select every port. Lives on the stack.
/// </summary>
public readonly ref struct FloorSubject
{
    /// <summary>Makes a subject; the host ends in <paramref name="hostAndPath"/> at <paramref name="hostLength"/>, the path begins so many bytes of port later.</summary>
    public FloorSubject(ReadOnlySpan<ulong> keys, ReadOnlySpan<byte> hostAndPath = default, int hostLength = 0, int portLength = 0)
    {
        Keys = keys;
        HostAndPath = hostAndPath;
        HostLength = hostLength;
        Path = hostAndPath[Math.Min(hostLength + portLength, hostAndPath.Length)..];
    }

    /// <summary>Selector keys.</summary>
    public ReadOnlySpan<ulong> Keys { get; }

    /// <summary><c>host:port/path</c>, UTF-8, normalised; empty when prefixes do not apply.</summary>
    public ReadOnlySpan<byte> HostAndPath { get; }

    /// <summary>Bytes of the host.</summary>
    public int HostLength { get; }

    /// <summary>True when a port lies between host and path.</summary>
    public bool HasPort => HostLength + Path.Length < HostAndPath.Length;

    /// <summary>The part from the first slash on.</summary>
    public ReadOnlySpan<byte> Path { get; }
}
