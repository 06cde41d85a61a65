using EdgeCache.Simulation.Kernel;

namespace EdgeCache.Simulation.Resolving;

/// <summary>
/// Judges every answer out of a resolver's cache. Pushed: not older than what its node has applied, nor, once filled longer ago than the degraded TTL, than a change of longer ago than max-lag or of
/// before its node woke. Waiting for TTLs: not beyond the moment that the change announced. Either: not filled before a purge that its node has applied.
/// </summary>
internal sealed class ResolverJudge(World world, ZoneTruth truth, IReadOnlyList<SimulatedAuthority> servers, bool isPush, TimeSpan maxLag, TimeSpan degraded, TimeSpan longest)
{
    /// <summary>The cache counts whole milliseconds.</summary>
    private static readonly TimeSpan Unit = TimeSpan.FromMilliseconds(1);

    /// <summary>How long absence is remembered of a zone without a SOA.</summary>
    private static readonly TimeSpan WithoutSoa = TimeSpan.FromMinutes(1);

    private readonly List<(int State, int Question)> _purges = [];
    private readonly Dictionary<string, TimeSpan> _wokeAt = [];

    public List<string> Violations { get; } = [];

    /// <summary>What led to the first.</summary>
    public string Story { get; private set; } = "";

    /// <summary>Answers that were right no more, and rightly given.</summary>
    public long Old { get; private set; }

    /// <summary>A purge of what a question is about is the change that made a state.</summary>
    public void Purged(int state, int question) => _purges.Add((state, question));

    public void Woke(string node) => _wokeAt[node] = world.Now;

    public void Answered(SimulatedResolver resolver, int question, string answer, TimeSpan filled)
    {
        var node = resolver.Node.Name;
        if (_purges.FindLast(p => p.Question == question && IsBefore(filled, p.State, resolver.Shown)) is { State: > 0 } purge)
        {
            Tell(node, question, answer, filled, $"was purged in state {purge.State}, which it has applied");
        }

        if (truth.LastRight(question, answer) is not { } right)
        {
            Tell(node, question, answer, filled, "was never right");
            return;
        }

        if (right == truth.Now)
        {
            return;
        }

        Old++;
        var changed = truth.At(right + 1);
        var why = isPush ? WhyPushed(resolver, right, changed, filled) : WhyByTtl(right);
        if (why is not null)
        {
            Tell(node, question, answer, filled, $"was right until state {right}, changed at {changed.TotalMilliseconds:0} ms, {why}");
        }
    }

    private bool IsBefore(TimeSpan filled, int purge, ShownStates shown) =>
        shown.Since(purge) is not null && filled + Unit <= (shown.AppliedAt(purge) ?? truth.At(purge));

    private string? WhyPushed(SimulatedResolver resolver, int right, TimeSpan changed, TimeSpan filled)
    {
        if (resolver.View is { } view && truth.Of(view) is { } state && state > right)
        {
            return $"and it has applied state {state}";
        }

        var isOldFill = filled + Unit <= changed && world.Now - filled > degraded + Unit;
        return isOldFill && world.Now - changed > maxLag ? "longer ago than max-lag"
            : isOldFill && _wokeAt.TryGetValue(resolver.Node.Name, out var woke) && changed < woke ? "before it woke"
            : null;
    }

    private string? WhyByTtl(int right)
    {
        if (Applied(right + 1) is not { } applied)
        {
            return null;
        }

        // The product counts on servers that apply each change within max-lag; here some are cut off for longer. A log that goes on without its tail tells of no answer from there.
        var (lost, lag) = (TimeSpan.Zero, maxLag);
        for (var state = right + 1; state > 0 && Applied(state) + LongestBefore(right) >= world.Now; state--)
        {
            var shown = Applied(state)!.Value; // not null: a later one is
            lag = new[] { lag, shown - truth.At(state) }.Max();
            lost = truth.Announced(state).IsOfLoss ? new[] { lost, shown + truth.Announced(state).Life }.Max() : lost;
        }

        var announced = truth.Announced(right + 1);
        TimeSpan last = new[] { lost, applied + announced.Life, announced.EarlierUntil(lag) }.Max();
        return world.Now > last + Unit ? $"and {(world.Now - last).TotalMilliseconds:0} ms after the last moment announced" : null;
    }

    /// <summary>A zone that lost its SOA was shown with the time of absence that one without has.</summary>
    private TimeSpan LongestBefore(int right) => Enumerable.Range(1, right + 1).Any(s => truth.Announced(s).IsOfLoss) ? WithoutSoa : longest;

    /// <summary>When the last server had applied a state; null: not all have.</summary>
    private TimeSpan? Applied(int state) => servers.Aggregate((TimeSpan?)TimeSpan.Zero, (last, s) => s.AppliedAt(state) is { } at && last is { } known ? (at > known ? at : known) : null);

    private void Tell(string node, int question, string answer, TimeSpan filled, string why)
    {
        var text = $"answered {ResolverScenario.Questions[question]} with '{answer}', filled at {filled.TotalMilliseconds:0} ms, which {why}";
        world.Tell(node, "VIOLATION " + text);
        Story = Violations.Count == 0 ? world.Timeline.Last(80) : Story;
        Violations.Add($"{node} {text}");
    }
}
