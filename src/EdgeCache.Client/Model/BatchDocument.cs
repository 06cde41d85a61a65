namespace EdgeCache.Client.Model;

/// <summary>Changes that become visible together.</summary>
public sealed record BatchDocument
{
    /// <summary>Each with exactly one of its members set.</summary>
    public IReadOnlyList<BatchItem>? Changes { get; init; }

    /// <summary>
    /// The changes make the zone what a whole file says: the caller knows what stands at all names, so that nobody looks whether a CNAME would stand beside other data, and there may be
    /// <see cref="ZoneList.LongestBatch"/> of them.
    /// </summary>
    public bool IsWholeZone { get; init; }
}

/// <summary>One change of a batch.</summary>
public sealed record BatchItem
{
    /// <summary>A value to publish.</summary>
    public PublishDocument? Publish { get; init; }

    /// <summary>A record to delete.</summary>
    public DeleteDocument? Delete { get; init; }

    /// <summary>Selectors to purge; its zone is the batch's.</summary>
    public PurgeDocument? Purge { get; init; }
}

/// <summary>A value to publish.</summary>
public sealed record PublishDocument
{
    /// <summary>Name relative to the apex.</summary>
    public string? Name { get; init; }

    /// <summary>Type.</summary>
    public string? Type { get; init; }

    /// <summary>The value as text.</summary>
    public string? Value { get; init; }

    /// <summary>Or in base 64.</summary>
    public string? Base64 { get; init; }

    /// <summary>Media type, for DOC.</summary>
    public string? ContentType { get; init; }

    /// <summary>Time to live, seconds.</summary>
    public int? Ttl { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Only over this version.</summary>
    public string? IfMatch { get; init; }

    /// <summary><c>*</c>: only when there is none.</summary>
    public string? IfNoneMatch { get; init; }
}

/// <summary>A record to delete.</summary>
public sealed record DeleteDocument
{
    /// <summary>Name relative to the apex.</summary>
    public string? Name { get; init; }

    /// <summary>Type.</summary>
    public string? Type { get; init; }

    /// <summary>Only this version.</summary>
    public string? IfMatch { get; init; }
}
