using System.ComponentModel.DataAnnotations;
using System.Net;
using EdgeCache.Dns.Authority.Tsig;

namespace EdgeCache.Configuration;

/// <summary>Secondaries of one authoritative listener: who may fetch whole zones (AXFR, IXFR), with which key, and who is told of changes (NOTIFY).</summary>
internal sealed class TransferOptions : IValidatableObject
{
    /// <summary>Networks that zones are transferred to; loopback alone unless set.</summary>
    [Address(AddressKind.Network)]
    public List<string> Allow { get; set; } = ["127.0.0.0/8", "::1/128"];

    /// <summary>A file of keys as <c>tsig-keygen</c> prints them (HMAC-SHA256); with it every transfer must be signed by one of them.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Secondaries that get NOTIFY.</summary>
    [Address(AddressKind.Endpoint)]
    public List<string> Notify { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (KeyFile is null)
        {
            yield break;
        }

        if (!File.Exists(KeyFile))
        {
            yield return new ValidationResult($"'{KeyFile}' is not there{OptionsChecker.Divider}a file as tsig-keygen prints it", [nameof(KeyFile)]);
        }
        else if (TsigKeyFile.Parse(File.ReadAllText(KeyFile), out var reason).Count == 0)
        {
            yield return new ValidationResult($"{reason} in '{KeyFile}'{OptionsChecker.Divider}keys as tsig-keygen prints them, algorithm hmac-sha256", [nameof(KeyFile)]);
        }
    }

    /// <summary>The same for the server; NOTIFY leaves from the listener's address, which is the one secondaries know.</summary>
    public Dns.Authority.Transfers.TransferOptions ToServer(IPAddress listen) => new()
    {
        Allow = [.. Allow.Select(IPNetwork.Parse)],
        Keys = KeyFile is null ? [] : TsigKeyFile.Parse(File.ReadAllText(KeyFile), out _),
        RequireKey = KeyFile is not null,
        Notify = [.. Notify.Select(IPEndPoint.Parse)],
        NotifyFrom = listen.Equals(IPAddress.Any) || listen.Equals(IPAddress.IPv6Any) ? null : listen,
    };
}
