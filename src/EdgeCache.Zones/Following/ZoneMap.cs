using System.Collections.Frozen;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Following;

/// <summary>
/// Which zone owns a host: the zone that lists it, else the zone with the longest matching apex, else <c>default</c>.
/// Immutable; the follower swaps it when the directory changes.
/// </summary>
public sealed class ZoneMap
{
    private readonly FrozenDictionary<ZoneName, ZoneState> _byName;
    private readonly FrozenDictionary<string, ZoneState>.AlternateLookup<ReadOnlySpan<char>> _byHost;

    /// <summary>Maps zones; <paramref name="fallback"/> is the state of the zone <c>default</c>.</summary>
    public ZoneMap(IReadOnlyCollection<ZoneState> zones, ZoneState fallback)
    {
        Fallback = fallback;
        _byName = zones.Append(fallback).DistinctBy(z => z.Zone).ToFrozenDictionary(z => z.Zone);
        var hosts = new Dictionary<string, ZoneState>(StringComparer.OrdinalIgnoreCase);
        // In order of names, so that every node gives a host that two zones list to the same one.
        ZoneState[] ordered = [.. _byName.Values.OrderBy(z => z.Zone.Value, StringComparer.Ordinal)];
        foreach (var zone in ordered)
        {
            hosts[zone.Zone.Value] = zone;
        }

        foreach (var zone in ordered)
        {
            foreach (var host in zone.Policy.Hosts)
            {
                hosts[host] = zone;
            }
        }

        _byHost = hosts.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The zone <c>default</c>.</summary>
    public ZoneState Fallback { get; }

    /// <summary>False before the directory has been read for the first time: any name may then be one of a zone that is followed.</summary>
    public bool IsKnown { get; init; } = true;

    /// <summary>All zones.</summary>
    public IReadOnlyCollection<ZoneState> All => _byName.Values;

    /// <summary>The state of a zone; null when it is not in the directory.</summary>
    public ZoneState? Find(ZoneName zone) => _byName.GetValueOrDefault(zone);

    /// <summary>The zone that owns a host; a port is ignored, and the dot of an absolute name. No allocation.</summary>
    public ZoneState ForHost(ReadOnlySpan<char> host)
    {
        var rest = WithoutPort(host);
        while (true)
        {
            if (_byHost.TryGetValue(rest, out var zone))
            {
                return zone;
            }

            var dot = rest.IndexOf('.');
            if (dot < 0 || dot + 1 == rest.Length)
            {
                return Fallback;
            }

            rest = rest[(dot + 1)..];
        }
    }

    private static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        if (host.StartsWith('['))
        {
            var close = host.IndexOf(']');
            return close < 0 ? host : host[..(close + 1)];
        }

        var colon = host.IndexOf(':');
        host = colon < 0 ? host : host[..colon];
        return host.Length > 1 && host[^1] == '.' ? host[..^1] : host;
    }
}
