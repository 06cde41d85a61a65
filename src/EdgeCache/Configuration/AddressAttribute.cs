using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Net;
using EdgeCache.Zones.Stores.Redis;

namespace EdgeCache.Configuration;

/// <summary>What kind of address a setting holds.</summary>
internal enum AddressKind
{
    /// <summary>Where an HTTP listener opens: <c>http://IP:PORT</c>, <c>http://localhost:PORT</c> or <c>http://*:PORT</c>.</summary>
    HttpListener,

    /// <summary>An application or a tier: <c>http://HOST[:PORT]</c> or <c>https://…</c>.</summary>
    HttpServer,

    /// <summary>Where a DNS listener opens or a DNS server is: <c>IP:PORT</c>.</summary>
    Endpoint,

    /// <summary><c>HOST:PORT</c>.</summary>
    HostAndPort,

    /// <summary><c>HOST:PORT</c>, <c>redis://[USER@]HOST[:PORT]</c> or <c>rediss://…</c>.</summary>
    Redis,

    /// <summary>A network: <c>10.0.0.0/8</c>.</summary>
    Network,
}

/// <summary>A text, or each text of a list, must be an address of a kind.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AddressAttribute : ValidationAttribute
{
    public AddressAttribute(AddressKind kind) => Kind = kind;

    public AddressKind Kind { get; }

    public string Allowed => Kind switch
    {
        AddressKind.HttpListener => "http://IP:PORT, http://localhost:PORT or http://*:PORT",
        AddressKind.HttpServer => "http://HOST:PORT or https://HOST:PORT",
        AddressKind.Endpoint => "IP:PORT, such as 127.0.0.1:5300",
        AddressKind.Redis => RedisAddress.Allowed,
        AddressKind.HostAndPort => "HOST:PORT, such as 127.0.0.1:6379",
        _ => "a network such as 127.0.0.0/8 or ::1/128",
    };

    public static bool IsGood(AddressKind kind, string text) => kind switch
    {
        AddressKind.HttpListener => ListenAddress.TryParse(text, out _),
        AddressKind.HttpServer => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.PathAndQuery is "/" or "",
        AddressKind.Endpoint => IPEndPoint.TryParse(text, out var point) && point.Port > 0,
        AddressKind.Redis => RedisAddress.TryParse(text, out _, out _),
        AddressKind.HostAndPort => text.LastIndexOf(':') is > 0 and var colon && ushort.TryParse(text[(colon + 1)..], out var port) && port > 0,
        _ => IPNetwork.TryParse(text, out _),
    };

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var texts = value switch
        {
            null => [],
            string one => [one],
            IEnumerable many => many.Cast<string>(),
            _ => [value.ToString() ?? ""],
        };
        return texts.FirstOrDefault(t => !IsGood(Kind, t)) is { } bad
            ? new ValidationResult($"'{bad}' is not such an address{OptionsChecker.Divider}{Allowed}", [validationContext.MemberName ?? ""])
            : ValidationResult.Success;
    }
}
