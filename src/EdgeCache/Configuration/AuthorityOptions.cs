using System.ComponentModel.DataAnnotations;
using EdgeCache.Zones.Records;

namespace EdgeCache.Configuration;

/// <summary>One authoritative DNS listener, UDP and TCP.</summary>
internal sealed class AuthorityOptions : IValidatableObject
{
    /// <summary>Where it listens.</summary>
    [Required(ErrorMessage = "a DNS listener needs an address | IP:PORT, such as 127.0.0.1:5301"), Address(AddressKind.Endpoint)]
    public string Listen { get; set; } = "127.0.0.1:5301";

    /// <summary>The zones it answers for; empty: all.</summary>
    public List<string> Zones { get; set; } = [];

    /// <summary>Secondaries: who may fetch zones and who is told of changes.</summary>
    public TransferOptions Transfers { get; set; } = new();

    /// <summary>A query log; without it there is none.</summary>
    public QueryLogOptions? QueryLog { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var zone in Zones)
        {
            if (!ZoneName.TryParse(zone, out _, out var error))
            {
                yield return new ValidationResult($"'{zone}' is not a zone{OptionsChecker.Divider}{error}", [nameof(Zones)]);
            }
        }
    }
}
