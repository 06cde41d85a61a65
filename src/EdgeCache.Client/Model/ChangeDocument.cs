namespace EdgeCache.Client.Model;

/// <summary>How far one node is with a change.</summary>
public sealed record ChangeProgress
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>Its role.</summary>
    public required string Role { get; init; }

    /// <summary><c>applied</c>, <c>waiting</c>, <c>missing</c> (it says nothing) or <c>expired</c> (for so long that it serves nothing it knew before).</summary>
    public required string State { get; init; }

    /// <summary>When it was first seen applied, Unix milliseconds of the asked node's clock; null when not known.</summary>
    public long? SeenAppliedAt { get; init; }
}

/// <summary>A change and how far it has come.</summary>
public sealed record ChangeDocument
{
    /// <summary>The change's id.</summary>
    public required string Change { get; init; }

    /// <summary>The writer's id; null when the entry is no longer in the log.</summary>
    public string? WriterId { get; init; }

    /// <summary><c>publish</c>, <c>delete</c>, <c>purge</c>, <c>batch</c>; null when the entry is no longer in the log.</summary>
    public string? Kind { get; init; }

    /// <summary>When it was committed, Unix milliseconds of the store's clock.</summary>
    public long? AcceptedAt { get; init; }

    /// <summary>When the asked node saw the hint of it, Unix milliseconds of that node's clock; null: it never came, or long ago.</summary>
    public long? HintedAt { get; init; }

    /// <summary>
    /// When the last answer with the value before can have been given, Unix milliseconds: the last node has applied it and the old time to live is over. Null while a node has
    /// not applied it, or does not remember when.
    /// </summary>
    public long? LastOldAnswerAt { get; init; }

    /// <summary>True when all that were waited for have applied it.</summary>
    public required bool IsDone { get; init; }

    /// <summary>Those that have not.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Every node.</summary>
    public required IReadOnlyList<ChangeProgress> Nodes { get; init; }
}
