namespace EdgeCache.Client.Model;

/// <summary>One version of a record.</summary>
public sealed record RecordDocument
{
    /// <summary>Name relative to the apex.</summary>
    public required string Name { get; init; }

    /// <summary>Type.</summary>
    public required string Type { get; init; }

    /// <summary>The value as text; null for a tombstone and for bytes that are not UTF-8.</summary>
    public string? Value { get; init; }

    /// <summary>The value in base 64, when it is not UTF-8.</summary>
    public string? Base64 { get; init; }

    /// <summary>Media type.</summary>
    public string? ContentType { get; init; }

    /// <summary>Time to live, seconds.</summary>
    public int Ttl { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Entity tag.</summary>
    public required string ETag { get; init; }

    /// <summary>Serial of the commit that made it.</summary>
    public required long Serial { get; init; }

    /// <summary>The origin that took the write.</summary>
    public required string Origin { get; init; }

    /// <summary>When it was committed, Unix milliseconds.</summary>
    public required long CommittedAt { get; init; }

    /// <summary>True for a tombstone.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>SHA-256 of the value, hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>Where writers did not know each other: every value, the last writer's first; this document is the first of them. Null when there is one.</summary>
    public IReadOnlyList<RecordDocument>? Siblings { get; init; }

    /// <summary>With <see cref="Siblings"/>: what a publish sends as <c>Edge-Context</c> to replace them all.</summary>
    public string? Context { get; init; }

    /// <summary>In a history: why the version lost or was merged; null when it stood.</summary>
    public string? Reason { get; init; }
}

/// <summary>A page of records or versions.</summary>
public sealed record RecordList
{
    /// <summary>In order.</summary>
    public required IReadOnlyList<RecordDocument> Records { get; init; }

    /// <summary>Ask again with <c>after</c> set to this; null at the end.</summary>
    public string? Next { get; init; }
}
