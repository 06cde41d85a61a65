using EdgeCache.Zones.Log;

namespace EdgeCache.Http.Fetching;

/// <summary>How tiers tell each other where they stand (PLANE.md 8).</summary>
internal static class TierFields
{
    /// <summary>Up: the answer must not be older than this.</summary>
    public const string Floor = "Edge-Floor";

    /// <summary>Down: where the answering tier stood.</summary>
    public const string Position = "Edge-Position";

    /// <summary>From the client, and up: how old the answer may be.</summary>
    public const string Consistency = "Edge-Consistency";

    /// <summary>Both ways: what the client has seen and written.</summary>
    public const string Session = "Edge-Session";

    /// <summary>
    /// The generation to store an answer of an upper tier at. Positions of the log are not generations, so there are two cases: the tier stood at least where this node
    /// stood when it sent, and the answer counts as of that; or nobody knows, and the answer is stored to be validated first.
    /// </summary>
    public static long FillMark(string? stated, Position sentAt, long generation) =>
        EdgeCache.Zones.Log.Position.TryParse(stated, out var upper) && upper.Zone == sentAt.Zone && upper.Epoch == sentAt.Epoch && upper.Serial >= sentAt.Serial ? generation : 0;
}
