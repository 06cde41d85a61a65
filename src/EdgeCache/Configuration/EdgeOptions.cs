using System.ComponentModel.DataAnnotations;
using EdgeCache.Http.Routes;

namespace EdgeCache.Configuration;

/// <summary>One edge: a caching proxy before an application or another edge.</summary>
internal sealed class EdgeOptions : IValidatableObject
{
    /// <summary>Least memory for cached bytes.</summary>
    public const long MinMemory = 1L << 20;

    /// <summary>Most pages a second that a lost log may cost the application.</summary>
    public const int MaxResyncRate = 1_000_000;

    private static readonly TimeSpan MaxResyncStale = TimeSpan.FromHours(1);

    /// <summary>The node's name, unique in the deployment; shown in <c>Cache-Status</c>.</summary>
    [NodeName]
    public string Name { get; set; } = "edge";

    /// <summary>Where it listens: HTTP/1.1 and prior-knowledge HTTP/2 on the same port.</summary>
    [MinLength(1, ErrorMessage = "an edge needs an address to listen on | http://IP:PORT"), Address(AddressKind.HttpListener)]
    public List<string> Listen { get; set; } = ["http://127.0.0.1:8080"];

    /// <summary>The application behind it; beside a tier, whom to ask while the tier cannot be reached.</summary>
    [Address(AddressKind.HttpServer)]
    public string? Upstream { get; set; }

    /// <summary>Another edge behind it (a shield); it says where it stands.</summary>
    [Address(AddressKind.HttpServer)]
    public string? Tier { get; set; }

    /// <summary>Memory for cached bytes.</summary>
    public ByteSize Memory { get; set; } = new(256L << 20);

    /// <summary>After a log was lost: most pages a second that all edges together fetch again, since they may be old.</summary>
    public int ResyncRate { get; set; } = 200;

    /// <summary>After a log was lost: how long pages that may be old are served, named so, until they are fetched again; <c>0s</c>: not at all.</summary>
    public TimeSpan ResyncStale { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A file with cache rules, followed while the edge runs.</summary>
    public string? Routes { get; set; }

    /// <summary>Networks whose clients may send <c>PURGE</c>.</summary>
    [Address(AddressKind.Network)]
    public List<string> PurgeFrom { get; set; } = [];

    /// <summary>Lower edges, by network, whose <c>Edge-Floor</c> is believed.</summary>
    [Address(AddressKind.Network)]
    public List<string> TierFrom { get; set; } = [];

    /// <summary>Whether records are answered under <c>/.well-known/edgecache/records/</c>.</summary>
    public bool Records { get; set; } = true;

    /// <summary>Name of the cookie that carries the session token too; without it there is only the header.</summary>
    [RegularExpression("^[A-Za-z0-9_-]{1,64}$", ErrorMessage = "a cookie name is plain | letters, digits, hyphens and underscores, at most 64")]
    public string? SessionCookie { get; set; }

    /// <summary>A DNS server, resolver or authority, that <c>/dns-query</c> (RFC 8484) asks; without it the path is the application's.</summary>
    [Address(AddressKind.Endpoint)]
    public string? Doh { get; set; }

    /// <summary>An access log; without it there is none.</summary>
    public AccessLogOptions? AccessLog { get; set; }

    /// <summary>An admin listener of its own; without it there is none.</summary>
    public AdminOptions? Admin { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Upstream is null && Tier is null)
        {
            yield return new ValidationResult(
                $"neither upstream nor tier is set{OptionsChecker.Divider}the application, the edge before it, or both: then the application is asked while that edge cannot be reached",
                [nameof(Upstream)]);
        }

        foreach (var error in Routes is null ? [] : RouteCheck.Errors(Routes))
        {
            yield return new ValidationResult($"{error.Replace("; allowed: ", OptionsChecker.Divider, StringComparison.Ordinal)}", [nameof(Routes)]);
        }

        if (ResyncRate is < 1 or > MaxResyncRate)
        {
            yield return new ValidationResult($"{ResyncRate} is out of range{OptionsChecker.Divider}1 to {MaxResyncRate} a second", [nameof(ResyncRate)]);
        }

        if (ResyncStale < TimeSpan.Zero || ResyncStale > MaxResyncStale)
        {
            yield return new ValidationResult($"{DurationText.Format(ResyncStale)} is out of range{OptionsChecker.Divider}0s to {DurationText.Format(MaxResyncStale)}", [nameof(ResyncStale)]);
        }

        if (Memory.Bytes < MinMemory)
        {
            yield return new ValidationResult($"{Memory} is too little{OptionsChecker.Divider}at least 1MiB", [nameof(Memory)]);
        }
    }
}
