using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Zones.Stores.Redis;

/// <summary>How to reach Redis and what an acknowledgement means.</summary>
public sealed class RedisStoreOptions
{
    /// <summary>A <see cref="RedisAddress"/>.</summary>
    [Required]
    public string Connection { get; set; } = "127.0.0.1:6379";

    /// <summary>Password of the address' user, or of the server where it names none; null: none is sent.</summary>
    public string? Password { get; set; }

    /// <summary>A file (PEM) with the authority that signed the server's certificate; null: those of the system.</summary>
    public string? AuthorityFile { get; set; }

    /// <summary>The region this Redis serves; empty when there is only one.</summary>
    [StringLength(64)]
    public string Region { get; set; } = "";

    /// <summary>What an acknowledged change survives.</summary>
    public RedisDurability Durability { get; set; } = RedisDurability.Memory;

    /// <summary>How long a command may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a commit waits for a replica or the disk.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan DurabilityTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Tests: the store's clock is Redis' clock plus this.</summary>
    internal Func<TimeSpan> ClockOffset { get; set; } = static () => TimeSpan.Zero;
}
