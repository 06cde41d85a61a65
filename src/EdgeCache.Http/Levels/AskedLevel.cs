using EdgeCache.Zones.Sessions;

namespace EdgeCache.Http.Levels;

/// <summary>What a request says of consistency: its level, and the client's token with how its text was read (<see cref="Text"/>).</summary>
internal sealed record AskedLevel(Consistency Consistency, SessionToken? Token, TokenOutcome Outcome, string? Text)
{
    /// <summary>Neither a level nor a token: <c>eventual</c>.</summary>
    public static AskedLevel Nothing { get; } = new(Consistency.Eventual, null, TokenOutcome.Valid, null);

    /// <summary>True when the gate made sure that the node has reached all the token says.</summary>
    public bool ReachesToken => Consistency.Level is ConsistencyLevel.Session or ConsistencyLevel.Causal;
}
