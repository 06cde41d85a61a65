using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Writing;

/// <summary>What became of a write.</summary>
public sealed record WriteResult
{
    /// <summary>How it ended.</summary>
    public required WriteOutcome Outcome { get; init; }

    /// <summary>For people, when it did not end well: what is wrong and what is allowed.</summary>
    public string? Error { get; init; }

    /// <summary>The change's id: the writer's, or the one made for it.</summary>
    public string ChangeId { get; init; } = "";

    /// <summary>Where it stands in the log, when committed.</summary>
    public Position Position { get; init; }

    /// <summary>The writer's clock, for its session token.</summary>
    public HybridTimestamp Clock { get; init; }

    /// <summary>The committed states, in the order of the request.</summary>
    public IReadOnlyList<Record> Written { get; init; } = [];

    /// <summary>For each of <see cref="Written"/>: why it lost, or null.</summary>
    public IReadOnlyList<string?> Losers { get; init; } = [];

    /// <summary>The state in the way of a precondition; null when there is none.</summary>
    public Record? Current { get; init; }

    /// <summary>True when the id had been committed before and this is the first result again.</summary>
    public bool WasRepeat { get; init; }

    /// <summary>True for the first version of a record, or the first after a tombstone (201 rather than 200).</summary>
    public bool WasCreated { get; init; }

    /// <summary>True when the change is in the log.</summary>
    public bool IsCommitted => Outcome is WriteOutcome.Committed or WriteOutcome.Superseded;

    internal static WriteResult Refused(WriteOutcome outcome, string error) => new() { Outcome = outcome, Error = error };
}
