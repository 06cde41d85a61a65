using EdgeCache.Http;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Records;

namespace EdgeCache.Admin;

/// <summary>Why a URL is answered as it is, by each edge of this process; or what is wrong with the URL.</summary>
internal delegate (IReadOnlyList<UrlExplanation> Edges, string? Error) ExplainUrl(string url);

/// <summary>What a node can say about itself: its follower, its caches. Everything is optional; an admin listener says what it has.</summary>
internal sealed record NodeInsight(string Node)
{
    public Follower? Follower { get; init; }

    public ExplainUrl? Explain { get; init; }

    /// <summary>Why the node is not ready; empty when it is.</summary>
    public IReadOnlyList<string> NotReady(TimeProvider time)
    {
        if (Follower is null)
        {
            return [];
        }

        var zones = Follower.Describe();
        return zones.Any(z => z.Phase == FollowPhase.StoreLost) || Follower.IsReady
            ? [.. zones.Where(z => z.Phase == FollowPhase.StoreLost || z.Health != PlaneHealth.Healthy).Select(z => $"{z.Position.Zone}: {Word(z)}")]
            : [$"{ZoneName.Default}: not read yet"];
    }

    private static string Word(FollowStatus zone) =>
        zone.Phase == FollowPhase.StoreLost ? zone.Phase.Text() : zone.Health == PlaneHealth.Lagging ? "lagging" : "suspect";
}
