namespace EdgeCache.Client;

/// <summary>A record to publish.</summary>
public sealed record Publication
{
    /// <summary>The value: the whole RRset for a DNS type, any bytes for DOC.</summary>
    public required ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>Media type.</summary>
    public string ContentType { get; init; } = "text/plain";

    /// <summary>Time to live, seconds; null: the server's default.</summary>
    public int? Ttl { get; init; }

    /// <summary>Tags whose floors rise when the record changes.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>In a <c>siblings</c> zone: the context of the read that this replaces.</summary>
    public string? Context { get; init; }

    /// <summary>Only over this version.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Only when there is none yet.</summary>
    public bool IfAbsent { get; init; }

    /// <summary>The writer's id: a repeat with the same id is one publish.</summary>
    public string? ChangeId { get; init; }
}

/// <summary>What a publish led to.</summary>
public sealed record PublicationResult
{
    /// <summary>The change's id.</summary>
    public required string Change { get; init; }

    /// <summary>Entity tag of the new version.</summary>
    public required string ETag { get; init; }

    /// <summary>True when there was no value before.</summary>
    public required bool IsNew { get; init; }

    /// <summary>Session token that covers it; null when the server makes none.</summary>
    public string? Session { get; init; }
}
