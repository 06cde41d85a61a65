using System.ComponentModel.DataAnnotations;
using System.Net;
using EdgeCache.Dns.Resolver;
using EdgeCache.Zones.Policies;

namespace EdgeCache.Configuration;

/// <summary>One recursive caching resolver.</summary>
internal sealed class ResolverOptions : IValidatableObject
{
    /// <summary>Least memory for the cache.</summary>
    public const long MinMemory = 1L << 20;

    /// <summary>The node's name, unique in the deployment.</summary>
    [NodeName]
    public string Name { get; set; } = "resolver";

    /// <summary>Where it listens, UDP and TCP.</summary>
    [MinLength(1, ErrorMessage = "a resolver needs an address to listen on | IP:PORT"), Address(AddressKind.Endpoint)]
    public List<string> Listen { get; set; } = ["127.0.0.1:5300"];

    /// <summary>Root hints in master-file format, such as named.root.</summary>
    public string? RootHints { get; set; }

    /// <summary>Root servers by address, instead of a file.</summary>
    public List<string> HintAddresses { get; set; } = [];

    /// <summary>Resolvers asked instead of authorities, by zone; <c>.</c> for everything.</summary>
    public Dictionary<string, List<string>> Forward { get; set; } = [];

    /// <summary>Port of all authorities.</summary>
    [Range(1, 65_535)]
    public int UpstreamPort { get; set; } = 53;

    /// <summary>The address questions leave from.</summary>
    public string? Outgoing { get; set; }

    /// <summary><c>push</c> follows the log in zones whose policy says so; <c>ttl</c> waits for TTLs everywhere.</summary>
    public ResolverMode Mode { get; set; } = ResolverMode.Push;

    /// <summary>Memory for the cache.</summary>
    public ByteSize Memory { get; set; } = new(64L << 20);

    /// <summary>A query log; without it there is none.</summary>
    public QueryLogOptions? QueryLog { get; set; }

    /// <summary>A file with seconds by which the cache's clock is ahead, read each second: for tests.</summary>
    public string? TestClock { get; set; }

    /// <summary>An admin listener of its own; without it there is none.</summary>
    public AdminOptions? Admin { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RootHints is null && HintAddresses.Count == 0 && Forward.Count == 0)
        {
            yield return new ValidationResult($"there is nothing to start from{OptionsChecker.Divider}rootHints: a file, hintAddresses, or forward", [nameof(RootHints)]);
        }

        if (RootHints is { } file && Dns.Resolver.RootHints.Read(file) is { Errors: [var error, ..] })
        {
            yield return new ValidationResult($"{error}{OptionsChecker.Divider}NS records of the root and their addresses, as in named.root", [nameof(RootHints)]);
        }

        foreach (var address in HintAddresses.Where(a => !IPAddress.TryParse(a, out _)))
        {
            yield return new ValidationResult($"'{address}' is not an address{OptionsChecker.Divider}an IP address, such as 127.0.0.11", [nameof(HintAddresses)]);
        }

        foreach (var server in Forward.SelectMany(f => f.Value).Where(s => !AddressAttribute.IsGood(AddressKind.Endpoint, s)))
        {
            yield return new ValidationResult($"'{server}' is not such an address{OptionsChecker.Divider}IP:PORT, such as 127.0.0.1:53", [nameof(Forward)]);
        }

        if (Outgoing is { } outgoing && !IPAddress.TryParse(outgoing, out _))
        {
            yield return new ValidationResult($"'{outgoing}' is not an address{OptionsChecker.Divider}an IP address of this machine", [nameof(Outgoing)]);
        }

        if (Memory.Bytes < MinMemory)
        {
            yield return new ValidationResult($"{Memory} is too little{OptionsChecker.Divider}at least 1MiB", [nameof(Memory)]);
        }
    }

    /// <summary>What the library is told. Only for options that were checked.</summary>
    public Dns.Resolver.ResolverOptions ToLibrary() => new()
    {
        Hints = RootHints is { } file ? Dns.Resolver.RootHints.Read(file)
            : HintAddresses.Count > 0 ? Dns.Resolver.RootHints.Of([.. HintAddresses.Select(IPAddress.Parse)])
            : null,
        Forwards = Forward.ToDictionary(f => f.Key, f => (IReadOnlyList<IPEndPoint>)[.. f.Value.Select(IPEndPoint.Parse)], StringComparer.OrdinalIgnoreCase),
        UpstreamPort = UpstreamPort,
        Outgoing = Outgoing is null ? null : IPAddress.Parse(Outgoing),
        Push = Mode == ResolverMode.Push,
        MemoryBytes = Memory.Bytes,
        ServerId = Name,
#if DEBUG
        MinTtl = Hosting.SeededDefects.Asked().IgnoresLifetimes ? 3_600u : 0,
#endif
    };
}
