using System.Text.Json;

namespace EdgeCache.Client;

/// <summary>What a watch of a zone's log brings, in the order of the log.</summary>
public sealed record ChangeEvent
{
    /// <summary>Where to resume after it: give it to <see cref="EdgeCacheClient.WatchAsync"/> as <c>after</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>publish</c>, <c>delete</c>, <c>purge</c>, <c>batch</c>; or <c>reset</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// True when entries between the last event and the next are gone (trimmed, or the log began anew): what was derived from earlier ones is to be read again.
    /// </summary>
    public bool IsReset => Kind == "reset";

    /// <summary>The change's id, <c>zone:epoch:serial</c>; null for a reset.</summary>
    public string? Change { get; init; }

    /// <summary>The writer's id.</summary>
    public string? WriterId { get; init; }

    /// <summary>When it was committed, Unix milliseconds of the store's clock.</summary>
    public long? CommittedAt { get; init; }

    /// <summary>The entry's own fields: <c>record</c>, or <c>select</c> and <c>mode</c>, or <c>changes</c>.</summary>
    public JsonElement What { get; init; }
}
