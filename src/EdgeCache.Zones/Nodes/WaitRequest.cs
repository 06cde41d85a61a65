using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Nodes;

/// <summary>Whom a wait is for.</summary>
public enum WaitScope
{
    /// <summary>Every node that reports, and those that vanished until their lease is over.</summary>
    All,

    /// <summary>More than half of them.</summary>
    Quorum,

    /// <summary>The nodes named.</summary>
    Named,
}

/// <summary>Wait until a position is applied.</summary>
public sealed record WaitRequest
{
    /// <summary>Longest wait.</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Wait when none is given.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Most nodes that can be named.</summary>
    public const int MaxNamed = 1_000;

    /// <summary>What must be applied.</summary>
    public required Position Position { get; init; }

    /// <summary>By whom.</summary>
    public WaitScope Scope { get; init; }

    /// <summary>For <see cref="WaitScope.Named"/>.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>At most so long; cut to <see cref="MaxTimeout"/>.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>Reads <c>all</c>, <c>quorum</c> or names separated by commas.</summary>
    public static bool TryParseScope(string? text, out WaitScope scope, out IReadOnlyList<string> nodes)
    {
        nodes = [];
        scope = text switch
        {
            null or "" or "all" => WaitScope.All,
            "quorum" => WaitScope.Quorum,
            _ => WaitScope.Named,
        };
        if (scope == WaitScope.Named)
        {
            nodes = [.. text!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
        }

        return scope != WaitScope.Named || nodes.Count is > 0 and <= MaxNamed;
    }
}
