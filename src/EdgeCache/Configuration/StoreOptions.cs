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

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Data is not null && Redis is not null)
        {
            yield return new ValidationResult($"both data and redis are set{OptionsChecker.Divider}one of the two", [nameof(Data)]);
        }
    }
}
