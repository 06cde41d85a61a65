using EdgeCache.Http.Fetching;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Zones.Following;

namespace EdgeCache.Http.HitPath;

/// <summary>The host that a connection asked for last, its normal form and the zone that owns it: connections seldom change hosts. Not thread-safe: one per connection.</summary>
internal sealed class HostMemo
{
    /// <summary>Longest host that is remembered.</summary>
    public const int MaxBytes = 128;

    private byte[] _raw = [];
    private byte[] _normal = [];
    private ZoneMap? _map;

    /// <summary>The normal form of the host last asked for.</summary>
    public ReadOnlySpan<byte> Normal => _normal;

    /// <summary>The zone that owns it.</summary>
    public ZoneState? Zone { get; private set; }

    /// <summary>The counts of that zone, once somebody has looked them up.</summary>
    public ZoneTally? Tally { get; set; }

    /// <summary>Moves to a host; false when it is none, or longer than what is kept.</summary>
    public bool TryMoveTo(ReadOnlySpan<byte> host, ZoneMap map)
    {
        if (ReferenceEquals(map, _map) && host.SequenceEqual(_raw))
        {
            return true;
        }

        if (host.Length > MaxBytes)
        {
            return false;
        }

        Span<char> text = stackalloc char[MaxBytes];
        Span<byte> normal = stackalloc byte[MaxBytes];
        var length = System.Text.Encoding.Latin1.GetChars(host, text);
        var writer = new BoundedWriter(normal);
        if (HostName.Append(ref writer, text[..length], https: false) != TargetProblem.None || writer.IsFull)
        {
            return false;
        }

        _normal = writer.Written.ToArray();
        Zone = map.ForHost(text[..System.Text.Encoding.Latin1.GetChars(_normal, text)]);
        Tally = null;
        _raw = host.ToArray();
        _map = map;
        return true;
    }
}
