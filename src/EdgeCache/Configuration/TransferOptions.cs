using System.ComponentModel.DataAnnotations;
using System.Net;
using EdgeCache.Dns.Authority.Transfers;
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

    /// <summary>Secondaries that get NOTIFY: <c>IP:PORT</c>, or <c>IP:PORT=KEY</c> with the key that signs it; without one the first of the file does.</summary>
    public List<string> Notify { get; set; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var notify in Notify)
        {
            var (address, key) = Split(notify);
            if (!AddressAttribute.IsGood(AddressKind.Endpoint, address))
            {
                yield return new ValidationResult($"'{notify}' is not such an address{OptionsChecker.Divider}IP:PORT or IP:PORT=KEY, such as 192.0.2.53:53", [nameof(Notify)]);
            }
            else if (key is not null && !Keys().Any(k => k.IsNamed(key)))
            {
                yield return new ValidationResult($"there is no key '{key}' for {address}{OptionsChecker.Divider}the name of a key in keyFile", [nameof(Notify)]);
            }
        }

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
    public Dns.Authority.Transfers.TransferOptions ToServer(IPAddress listen)
    {
        var keys = Keys();
        return new()
        {
            Allow = [.. Allow.Select(IPNetwork.Parse)],
            Keys = keys,
            RequireKey = KeyFile is not null,
            Notify = [.. Notify.Select(Split).Select(n => new Secondary(IPEndPoint.Parse(n.Address), keys.FirstOrDefault(k => n.Key is null || k.IsNamed(n.Key))))],
            NotifyFrom = listen.Equals(IPAddress.Any) || listen.Equals(IPAddress.IPv6Any) ? null : listen,
        };
    }

    private static (string Address, string? Key) Split(string notify) =>
        notify.IndexOf('=', StringComparison.Ordinal) is var at and >= 0 ? (notify[..at], notify[(at + 1)..]) : (notify, null);

    private IReadOnlyList<TsigKey> Keys() => KeyFile is not null && File.Exists(KeyFile) ? TsigKeyFile.Parse(File.ReadAllText(KeyFile), out _) : [];
}
