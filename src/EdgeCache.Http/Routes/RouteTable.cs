using System.Collections.Immutable;
using EdgeCache.Http.Rules;

namespace EdgeCache.Http.Routes;

/// <summary>A route: what it covers, and the rule.</summary>
internal sealed record CacheRoute(RouteMatch Match, CacheRule Rule);

/// <summary>All routes in their order: the first that covers a request decides. Immutable; swapped as a whole.</summary>
internal sealed class RouteTable(ImmutableArray<CacheRoute> routes)
{
    /// <summary>Most routes in a table.</summary>
    public const int MaxRoutes = 1_000;

    /// <summary>No routes: the standard for everything.</summary>
    public static RouteTable Empty { get; } = new([]);

    /// <summary>The routes.</summary>
    public ImmutableArray<CacheRoute> Routes { get; } = routes;

    /// <summary>The rule for a request; never null.</summary>
    public CacheRule Find<T>(string method, bool https, in RequestTarget target, in T request)
        where T : IFieldSource, allows ref struct
    {
        foreach (var route in Routes)
        {
            if (route.Match.Covers(method, https, in target, in request))
            {
                return route.Rule;
            }
        }

        return CacheRule.Standard;
    }
}
