using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Configuration;

/// <summary>The admin listener of a node.</summary>
internal sealed class AdminOptions : IValidatableObject
{
    /// <summary>The environment variable that may hold the token instead of a file.</summary>
    public const string TokenVariable = "EDGECACHE_TOKEN";

    /// <summary>Where it listens.</summary>
    [Required(ErrorMessage = "an admin listener needs an address | http://IP:PORT"), Address(AddressKind.HttpListener)]
    public string Listen { get; set; } = "http://127.0.0.1:9080";

    /// <summary>A file with the bearer token that every call but health must carry; or with several, each with its scopes. Looked at once a second.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Calls a second that each caller may make, twice as many at once; 0: no limit.</summary>
    [Range(0, 1_000_000)]
    public int RateLimit { get; set; } = 5_000;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TokenFile is not null && !File.Exists(TokenFile))
        {
            yield return new ValidationResult($"'{TokenFile}' is not there{OptionsChecker.Divider}a file whose first line is the token", [nameof(TokenFile)]);
            yield break;
        }

        if (TokenFile is not null && Access.TokenFile.Read(File.ReadLines(TokenFile)).Faults is { Count: > 0 } faults)
        {
            foreach (var fault in faults)
            {
                yield return new ValidationResult($"{TokenFile}: {fault.Replace("; allowed: ", OptionsChecker.Divider, StringComparison.Ordinal)}", [nameof(TokenFile)]);
            }
        }

        if (TokenFile is null && ReadEnvironment() is { Length: < Access.TokenFile.MinTokenLength })
        {
            yield return new ValidationResult($"the token of {TokenVariable} is too short{OptionsChecker.Divider}at least {Access.TokenFile.MinTokenLength} characters", [nameof(TokenFile)]);
        }

        if (TokenFile is null && ReadEnvironment() is null && ListenAddress.TryParse(Listen, out var address) && !address.IsLoopback)
        {
            yield return new ValidationResult(
                $"{Listen} can be reached from other machines and no token is set{OptionsChecker.Divider}a loopback address, or a token by tokenFile or {TokenVariable}",
                [nameof(Listen)]);
        }
    }

    /// <summary>The token of the environment; null when there is none.</summary>
    public static string? ReadEnvironment() => Environment.GetEnvironmentVariable(TokenVariable) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    /// <summary>The token for a caller: the last word of the file's first line, or the environment's; null when none is set.</summary>
    public string? ReadToken() =>
        TokenFile is null ? ReadEnvironment() : File.ReadLines(TokenFile).Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0 && !l.StartsWith('#'))?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[^1];
}
