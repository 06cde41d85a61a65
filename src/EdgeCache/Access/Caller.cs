using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Access;

/// <summary>Who calls the admin API, by the name of the token, and what he may. Immutable, thread-safe.</summary>
internal sealed record Caller(string Name, IReadOnlyList<Scope> Scopes)
{
    /// <summary>A process of this machine on a loopback listener without a token.</summary>
    public static Caller Local { get; } = new("local", [new Scope(ScopeKind.All, "")]);

    public bool MayAdminister => Has(ScopeKind.All);

    public bool MayRead => MayAdminister || Has(ScopeKind.Read);

    public bool MayPublish(ZoneName zone) => MayAdminister || Scopes.Any(s => s.Kind == ScopeKind.Publish && Covers(s, zone));

    public bool MayPurge(ZoneName zone) => MayAdminister || Scopes.Any(s => s.Kind == ScopeKind.Purge && Covers(s, zone));

    /// <summary>All of these selectors in a zone: by the zone, or each by its tag.</summary>
    public bool MayPurge(ZoneName zone, IEnumerable<Selector> selectors) =>
        MayPurge(zone) || selectors.All(s => s.Kind == SelectorKind.Tag && Scopes.Any(p => p.Kind == ScopeKind.PurgeTag && s.Value.StartsWith(p.Limit, StringComparison.Ordinal)));

    private bool Has(ScopeKind kind) => Scopes.Any(s => s.Kind == kind);

    private static bool Covers(Scope scope, ZoneName zone) => scope.Limit.Length == 0 || scope.Limit == zone.Value;
}
