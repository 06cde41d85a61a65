using System.ComponentModel.DataAnnotations;
using EdgeCache.Zones.Stores.Redis;

namespace EdgeCache.Configuration;

/// <summary>Where records and the log are kept. Without <see cref="Data"/> and <see cref="Redis"/>: in memory, until the process ends.</summary>
internal sealed class StoreOptions : IValidatableObject
{
    /// <summary>Folder of the embedded store.</summary>
    public string? Data { get; set; }

    /// <summary>The environment variable with the password of Redis.</summary>
    public const string RedisPasswordVariable = "EDGECACHE_REDIS_PASSWORD";

    /// <summary>A Redis or Valkey server, shared by all nodes: <c>HOST:PORT</c>, or <c>rediss://[USER@]HOST:PORT</c> for TLS.</summary>
    [Address(AddressKind.Redis)]
    public string? Redis { get; set; }

    /// <summary>A file whose first line is the password of Redis. Without it: the environment variable <c>EDGECACHE_REDIS_PASSWORD</c>; else none is sent.</summary>
    public string? RedisPasswordFile { get; set; }

    /// <summary>A file (PEM) with the authority that signed the certificate of Redis. Without it: those of the system.</summary>
    public string? RedisAuthorityFile { get; set; }

    /// <summary>What an acknowledged change survives: the end of its writer (<c>memory</c>), the loss of the server (<c>replicated</c>), a crash of the server (<c>fsync</c>).</summary>
    public RedisDurability RedisDurability { get; set; } = RedisDurability.Memory;

    /// <summary>The region this store belongs to; empty when there is one only.</summary>
    [RegularExpression("^[a-z0-9-]{0,32}$", ErrorMessage = "a region name is short and plain | up to 32 small letters, digits or hyphens")]
    public string Region { get; set; } = "";

    /// <summary>
    /// A file with the secret that signs session tokens: its first line signs, a second one is still accepted. Without it: the environment variable
    /// <c>EDGECACHE_SESSION_KEY</c>; else the nodes share keys in the store.
    /// </summary>
    public string? SessionKeyFile { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Data is not null && Redis is not null)
        {
            yield return new ValidationResult($"both data and redis are set{OptionsChecker.Divider}one of the two", [nameof(Data)]);
        }

        foreach (var (file, name) in new[] { (RedisPasswordFile, nameof(RedisPasswordFile)), (RedisAuthorityFile, nameof(RedisAuthorityFile)) })
        {
            if (file is not null && !File.Exists(file))
            {
                yield return new ValidationResult($"'{file}' is not there{OptionsChecker.Divider}a file that can be read", [name]);
            }
        }

        if (Redis is null && (RedisPasswordFile is not null || RedisAuthorityFile is not null || RedisDurability != RedisDurability.Memory))
        {
            yield return new ValidationResult($"settings of a Redis without one{OptionsChecker.Divider}redis beside them", [nameof(Redis)]);
        }

        if (SessionKeyFile is not null && !File.Exists(SessionKeyFile))
        {
            yield return new ValidationResult($"'{SessionKeyFile}' is not there{OptionsChecker.Divider}a file whose first line is the secret", [nameof(SessionKeyFile)]);
        }
    }
}
