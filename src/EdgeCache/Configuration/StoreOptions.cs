using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Configuration;

/// <summary>Where records and the log are kept. Without <see cref="Data"/> and <see cref="Redis"/>: in memory, until the process ends.</summary>
internal sealed class StoreOptions : IValidatableObject
{
    /// <summary>Folder of the embedded store.</summary>
    public string? Data { get; set; }

    /// <summary>A Redis or Valkey server, shared by all nodes.</summary>
    [Address(AddressKind.HostAndPort)]
    public string? Redis { get; set; }

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

        if (SessionKeyFile is not null && !File.Exists(SessionKeyFile))
        {
            yield return new ValidationResult($"'{SessionKeyFile}' is not there{OptionsChecker.Divider}a file whose first line is the secret", [nameof(SessionKeyFile)]);
        }
    }
}
