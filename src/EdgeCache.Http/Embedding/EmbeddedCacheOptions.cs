using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Http;

/// <summary>The cache inside somebody's own YARP application. Read once at start.</summary>
public sealed class EmbeddedCacheOptions : IValidatableObject
{
    /// <summary>Shortest purge token, characters.</summary>
    public const int MinTokenLength = 16;

    /// <summary>The node's name in <c>Cache-Status</c>.</summary>
    public string NodeName { get; set; } = "edge";

    /// <summary>Bytes for stored responses in all.</summary>
    [Range(1 << 20, 60L << 30)]
    public long MemoryBytes { get; set; } = 256L << 20;

    /// <summary>Folder of the embedded store, which keeps the log of purges. Not used with <see cref="Redis"/>.</summary>
    [Required]
    public string Data { get; set; } = "./data/edgecache";

    /// <summary>A Redis or Valkey server shared by several such applications, so that a purge on one is a purge on all; null: the embedded store.</summary>
    public string? Redis { get; set; }

    /// <summary>A file of cache rules per route; null: the standard alone.</summary>
    public string? RoutesFile { get; set; }

    /// <summary>The bearer token that purges over HTTP must carry; null: they are taken from loopback only.</summary>
    public string? PurgeToken { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PurgeToken is { Length: < MinTokenLength })
        {
            yield return new($"{nameof(PurgeToken)} is too short: at least {MinTokenLength} characters.", [nameof(PurgeToken)]);
        }

        if (!Rules.CacheStatus.IsName(NodeName))
        {
            yield return new($"{nameof(NodeName)} '{NodeName}' must be a token that begins with a letter, at most 64 characters.", [nameof(NodeName)]);
        }
    }
}
