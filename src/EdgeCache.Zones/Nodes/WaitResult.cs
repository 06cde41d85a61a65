using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Nodes;

/// <summary>Where one node stands towards a position (PLANE.md 21).</summary>
public enum NodeOutcome
{
    /// <summary>It said that it has applied it.</summary>
    Applied,

    /// <summary>It reports, and has not applied it yet.</summary>
    Waiting,

    /// <summary>It has not been heard of; it may still serve what it knows.</summary>
    Missing,

    /// <summary>It has not been heard of for so long that its lease is over: it has not applied it, and serves log content as fresh no more.</summary>
    Expired,
}

/// <summary>How a wait ended.</summary>
public enum WaitOutcome
{
    /// <summary>Whoever was waited for has applied it, or is <see cref="NodeOutcome.Expired"/>.</summary>
    Done,

    /// <summary>The time was over first.</summary>
    TimedOut,

    /// <summary>Too many wait already: 503.</summary>
    TooManyWaiting,
}

/// <summary>The words for the outcomes.</summary>
public static class WaitOutcomes
{
    /// <summary>One word.</summary>
    public static string Text(this NodeOutcome outcome) => outcome switch
    {
        NodeOutcome.Applied => "applied",
        NodeOutcome.Waiting => "waiting",
        NodeOutcome.Missing => "missing",
        _ => "expired",
    };

    /// <summary>One word.</summary>
    public static string Text(this WaitOutcome outcome) => outcome switch
    {
        WaitOutcome.Done => "done",
        WaitOutcome.TimedOut => "timed-out",
        _ => "too-many-waiting",
    };
}

/// <summary>One node's progress. <see cref="AppliedAt"/>: its own wall clock in Unix milliseconds, when it still remembers.</summary>
public sealed record NodeProgress(string Node, string Role, NodeOutcome Outcome, Position? At, long? AppliedAt);

/// <summary>The end of a wait, with every node that was looked at.</summary>
public sealed record WaitResult(WaitOutcome Outcome, IReadOnlyList<NodeProgress> Nodes);
