using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority;

/// <summary>The zones of one server by apex: finds the one with the longest apex above a name. Immutable.</summary>
internal sealed class ZoneIndex
{
    private readonly Entry?[] _slots;
    private readonly int[] _depths;

    public ZoneIndex(IReadOnlyCollection<IZoneSource> zones, bool isComplete = true)
    {
        IsComplete = isComplete;
        int size = 4;
        while (size < zones.Count * 2)
        {
            size *= 2;
        }

        _slots = new Entry?[size];
        foreach (IZoneSource zone in zones)
        {
            byte[] lower = new byte[zone.Apex.Wire.Length];
            NameBytes.ToLower(zone.Apex.Wire, lower);
            Place(new Entry(lower, NameBytes.SuffixHash(lower), zone));
        }

        _depths = [.. zones.Select(static z => z.Apex.Labels).Distinct().OrderDescending()];
        All = [.. zones];
    }

    public IReadOnlyList<IZoneSource> All { get; }

    /// <summary>False while more zones may be about to come: what is not here must not be refused, which resolvers remember.</summary>
    public bool IsComplete { get; }

    /// <summary>The zone that encloses a name; with <paramref name="above"/> only one whose apex is a proper ancestor of it.</summary>
    public IZoneSource? Find(scoped in QueryName name, bool above = false)
    {
        foreach (int depth in _depths)
        {
            if (depth <= (above ? name.Labels - 1 : name.Labels) && Find(name.Hash(depth), name.Suffix(depth)) is { } zone)
            {
                return zone;
            }
        }

        return null;
    }

    /// <summary>The zone of exactly that apex.</summary>
    public IZoneSource? FindExact(scoped in QueryName name) => Find(name.Hash(name.Labels), name.Suffix(name.Labels));

    private IZoneSource? Find(ulong hash, ReadOnlySpan<byte> lower)
    {
        int mask = _slots.Length - 1;
        for (int slot = (int)(hash & (uint)mask); _slots[slot] is { } entry; slot = (slot + 1) & mask)
        {
            if (entry.Hash == hash && lower.SequenceEqual(entry.Lower))
            {
                return entry.Zone;
            }
        }

        return null;
    }

    private void Place(Entry entry)
    {
        int mask = _slots.Length - 1;
        int slot = (int)(entry.Hash & (uint)mask);
        while (_slots[slot] is not null)
        {
            slot = (slot + 1) & mask;
        }

        _slots[slot] = entry;
    }

    private sealed record Entry(byte[] Lower, ulong Hash, IZoneSource Zone);
}
