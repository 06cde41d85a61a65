using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;

namespace EdgeCache.Http;

/// <summary>A first answer after a stored one had fallen below a floor: what was purged is fresh again here. <see cref="Target"/> is <c>host/path?query</c>.</summary>
public readonly record struct RenewedAnswer(ZoneState Zone, string Target, ulong[] Selectors)
{
    /// <summary>Was it <paramref name="selector"/> that covered it? A collision of hashes can say yes wrongly; for people only.</summary>
    public bool IsCoveredBy(Selector selector) => selector.Kind switch
    {
        SelectorKind.All => true,
        SelectorKind.Prefix => (selector.Value.StartsWith('/') ? Target[Math.Max(0, Target.IndexOf('/', StringComparison.Ordinal))..] : Zones.Writing.Selectors.WithoutPort(Target)).StartsWith(selector.Value, StringComparison.Ordinal),
        _ => Selectors.Contains(Zone.Floors.Hash.Of(selector)),
    };
}
