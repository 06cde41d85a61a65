using System.ComponentModel.DataAnnotations;
using EdgeCache.Zones.Replication;

namespace EdgeCache.Configuration;

/// <summary>Another region whose changes this origin takes over.</summary>
internal sealed class ReplicationOptions : IValidatableObject
{
    /// <summary>The admin API of an origin there.</summary>
    [Required(ErrorMessage = "a region to replicate from needs its admin API | http://HOST:PORT"), Address(AddressKind.HttpServer)]
    public string? From { get; set; }

    /// <summary>A file whose first line is the token of that API.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Each change waits so long before it is taken over.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Changes are taken over together once in so long.</summary>
    public TimeSpan Window { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, value) in new[] { (nameof(Delay), Delay), (nameof(Window), Window) })
        {
            if (value < TimeSpan.Zero || value > ReplicatorOptions.MaxDelay)
            {
                yield return new ValidationResult($"{DurationText.Format(value)} is out of range{OptionsChecker.Divider}0s to {DurationText.Format(ReplicatorOptions.MaxDelay)}", [name]);
            }
        }

        if (TokenFile is not null && !File.Exists(TokenFile))
        {
            yield return new ValidationResult($"'{TokenFile}' is not there{OptionsChecker.Divider}a file whose first line is the token", [nameof(TokenFile)]);
        }
    }

    /// <summary>The token; null when none is set.</summary>
    public string? ReadToken() => new AdminOptions { TokenFile = TokenFile }.ReadToken();
}
