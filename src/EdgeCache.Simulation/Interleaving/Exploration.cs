using System.Numerics;

namespace EdgeCache.Simulation.Interleaving;

/// <summary>What exploring every order found.</summary>
/// <param name="Orders">Complete orders of all steps.</param>
/// <param name="States">Different states among them; orders that lead to the same state go on alike and are counted, not run again.</param>
/// <param name="Steps">Steps run.</param>
/// <param name="Violating">States in which something below a floor would be served as fresh.</param>
/// <param name="Example">The steps to the first of them; empty when there is none.</param>
public sealed record ExplorationResult(BigInteger Orders, int States, long Steps, int Violating, IReadOnlyList<string> Example);

/// <summary>Runs two tiers through every order of sends and receives.</summary>
public sealed class Exploration
{
    private readonly TierRules _rules;
    private readonly Dictionary<string, BigInteger> _ordersFrom = new(StringComparer.Ordinal);
    private readonly List<int> _path = [];
    private long _steps;
    private int _violating;
    private List<string> _example = [];

    private Exploration(TierRules rules) => _rules = rules;

    /// <summary>Explores all orders under the given rules.</summary>
    public static ExplorationResult Run(TierRules rules)
    {
        var exploration = new Exploration(rules);
        var orders = exploration.From(new TwoTiers(rules));
        return new ExplorationResult(orders, exploration._ordersFrom.Count, exploration._steps, exploration._violating, exploration._example);
    }

    private BigInteger From(TwoTiers tiers)
    {
        var state = tiers.State;
        if (_ordersFrom.TryGetValue(state, out var known))
        {
            return known;
        }

        if (tiers.Violation is { } where)
        {
            _violating++;
            _example = _example.Count > 0 ? _example : Tell(where);
        }

        var orders = BigInteger.Zero;
        var enabled = tiers.Enabled().ToArray();
        foreach (var actor in enabled)
        {
            _path.Add(actor);
            orders += From(Replay());
            _path.RemoveAt(_path.Count - 1);
        }

        return _ordersFrom[state] = enabled.Length == 0 ? BigInteger.One : orders;
    }

    /// <summary>The state at the end of the path, made anew: the code under test keeps its state to itself.</summary>
    private TwoTiers Replay()
    {
        var tiers = new TwoTiers(_rules);
        foreach (var actor in _path)
        {
            tiers.Step(actor);
            _steps++;
        }

        return tiers;
    }

    private List<string> Tell(string where)
    {
        var tiers = new TwoTiers(_rules);
        var lines = new List<string>();
        foreach (var actor in _path)
        {
            lines.Add(tiers.Name(actor));
            tiers.Step(actor);
        }

        lines.Add($"the {where} would serve the old page as fresh");
        return lines;
    }
}
