namespace EdgeCache.Client.Model;

/// <summary>A change that was accepted. <see cref="Change"/> is <c>zone:epoch:serial</c> and can be waited for.</summary>
public sealed record ChangeReceipt
{
    /// <summary>The zone.</summary>
    public required string Zone { get; init; }

    /// <summary>The change's id.</summary>
    public required string Change { get; init; }

    /// <summary>False for zones that list no hosts of their own and were only reached because the purge named no zone.</summary>
    public bool IsNamed { get; init; } = true;
}

/// <summary>The answer to a purge or a batch.</summary>
public sealed record ChangeReceipts
{
    /// <summary>One for each zone.</summary>
    public required IReadOnlyList<ChangeReceipt> Changes { get; init; }

    /// <summary>Session token that covers them; null when the server makes none.</summary>
    public string? Session { get; init; }
}

/// <summary>What a batch led to: one change for all of it.</summary>
public sealed record BatchResult
{
    /// <summary>The change's id.</summary>
    public required string Change { get; init; }

    /// <summary>The writer's id.</summary>
    public string? WriterId { get; init; }

    /// <summary><c>committed</c>, or <c>superseded</c> when a newer write stands.</summary>
    public string? Outcome { get; init; }
}
