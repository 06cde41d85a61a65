namespace EdgeCache.Simulation;

/// <summary>How a run ended.</summary>
/// <param name="Scenario">Its scenario.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Violations">What should not have happened.</param>
/// <param name="Acts">What was done that could have gone wrong: a run without any proves nothing.</param>
/// <param name="Effects">What the faults caused and was seen: losers, resyncs.</param>
/// <param name="Steps">Events run.</param>
/// <param name="Story">The end of the timeline, when something was violated.</param>
public sealed record ScenarioResult(string Scenario, long Seed, IReadOnlyList<string> Violations, long Acts, long Effects, long Steps, string Story)
{
    /// <summary>What to print when it failed: the command that does it again, what was violated, and how it came to that.</summary>
    public string Report => $"replay: edgecache simulate --scenario {Scenario} --seed {Seed}\n{string.Join('\n', Violations.Take(5))}\n{Story}";
}
