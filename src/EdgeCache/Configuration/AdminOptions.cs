using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Configuration;

/// <summary>The admin listener of a node.</summary>
internal sealed class AdminOptions : IValidatableObject
{
    /// <summary>The environment variable that may hold the token instead of a file.</summary>
    public const string TokenVariable = "EDGECACHE_TOKEN";

    /// <summary>Shortest token that is taken, characters.</summary>
    public const int MinTokenLength = 16;

    /// <summary>Where it listens.</summary>
    [Required(ErrorMessage = "an admin listener needs an address | http://IP:PORT"), Address(AddressKind.HttpListener)]
    public string Listen { get; set; } = "http://127.0.0.1:9080";

    /// <summary>A file whose first line is the bearer token that every call but health must carry.</summary>
    public string? TokenFile { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TokenFile is not null && !File.Exists(TokenFile))
        {
            yield return new ValidationResult($"'{TokenFile}' is not there{OptionsChecker.Divider}a file whose first line is the token", [nameof(TokenFile)]);
            yield break;
        }

        var token = ReadToken();
        if (token is not null && token.Length < MinTokenLength)
        {
            yield return new ValidationResult($"the token is too short{OptionsChecker.Divider}at least {MinTokenLength} characters", [nameof(TokenFile)]);
        }

        if (token is null && ListenAddress.TryParse(Listen, out var address) && !address.IsLoopback)
        {
            yield return new ValidationResult(
                $"{Listen} can be reached from other machines and no token is set{OptionsChecker.Divider}a loopback address, or a token by tokenFile or {TokenVariable}",
                [nameof(Listen)]);
        }
    }

    /// <summary>The token; null when none is set.</summary>
    public string? ReadToken()
    {
        var text = TokenFile is null ? Environment.GetEnvironmentVariable(TokenVariable) : File.ReadLines(TokenFile).FirstOrDefault();
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }
}
