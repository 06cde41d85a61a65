using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Client;

/// <summary>Where the admin API is, and how patient the client is with it. Read once when the client is made.</summary>
public sealed class EdgeCacheClientOptions
{
    /// <summary>The admin listener.</summary>
    [Required]
    public Uri Address { get; set; } = new("http://127.0.0.1:9080");

    /// <summary>The bearer token; null when the listener needs none. Take it from a secret store or the environment, not from a file that is committed.</summary>
    public string? Token { get; set; }

    /// <summary>How often a call is tried in all. Only reads and writes that carry a change id are tried again.</summary>
    [Range(1, 10)]
    public int Attempts { get; set; } = 4;

    /// <summary>How long one try may take until the head of its answer is there.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The first pause between two tries; each is twice the one before, and up to half of it is chance.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMilliseconds(100);
}
