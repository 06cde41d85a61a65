using EdgeCache.Http.Interim;
using EdgeCache.Http.Levels;
using EdgeCache.Http.Routes;
using EdgeCache.Http.Rules;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;

namespace EdgeCache.Http.Fetching;

/// <summary>One client request as the cache sees it, below the proxy. Owned by the request; what it owns is disposed when the request ends.</summary>
internal sealed class EdgeRequest : IDisposable
{
    /// <summary>Where the outgoing message carries it.</summary>
    public static readonly HttpRequestOptionsKey<EdgeRequest> Option = new("edgecache.request");

    private readonly Lock _gate = new();
    private List<IDisposable>? _owned;

    /// <summary>Method.</summary>
    public required string Method { get; init; }

    /// <summary>Client-facing scheme.</summary>
    public required bool Https { get; init; }

    /// <summary><c>host/path?query</c>, normalised.</summary>
    public required byte[] Target { get; init; }

    /// <summary>Bytes of the host in <see cref="Target"/>.</summary>
    public required int HostLength { get; init; }

    /// <summary>Bytes of the path in <see cref="Target"/>.</summary>
    public required int PathLength { get; init; }

    /// <summary>Path and query for the upstream.</summary>
    public required string UpstreamTarget { get; init; }

    /// <summary>Primary key; empty when it would be too long: then the request passes.</summary>
    public required byte[] Key { get; init; }

    /// <summary>The zone state that owns the host.</summary>
    public required ZoneState Zone { get; init; }

    /// <summary>The generation at arrival, or when what the client's token or level asks for had been waited for: nothing older than its floors may answer (PLANE.md 9).</summary>
    public required long Required { get; set; }

    /// <summary>Parsed facts.</summary>
    public required RequestFacts Facts { get; init; }

    /// <summary>The route's rule.</summary>
    public required CacheRule Rule { get; init; }

    /// <summary>The client's fields.</summary>
    public required FieldSnapshot Fields { get; init; }

    /// <summary>Fields that the client's Connection lists, by name; null when there are none. They end here (RFC 9110 §7.6.1).</summary>
    public HashSet<string>? Listed { get; init; }

    /// <summary>The way for interim responses to the client; null when it has none (HTTP/1.0, HTTP/2, a request with a body).</summary>
    public InterimRelay? Interim { get; set; }

    /// <summary>True for a protocol upgrade.</summary>
    public bool IsUpgrade { get; init; }

    /// <summary>Where this node stood when a lower tier's request arrived, to be stated in the answer (PLANE.md 8); null: nothing is stated.</summary>
    public Position? Stated { get; init; }

    /// <summary>A lower tier's floor that this node could not reach: the store is not asked.</summary>
    public bool IsBehindFloor { get; init; }

    /// <summary>What the reader asked of the answer's age; null: whatever this node has.</summary>
    public RequiredAge? Level { get; set; }

    /// <summary>The client's token and level; null when it sent neither.</summary>
    public AskedLevel? Asked { get; set; }

    /// <summary>Where this node stood when it let the request pass: what it answers reflects that at least.</summary>
    public Position Seen { get; set; }

    /// <summary>The token with which a tier above answered an unsafe request.</summary>
    public string? UpperToken { get; set; }

    /// <summary>Where an invalidation of this request came to stand in the log.</summary>
    public Position? Wrote { get; set; }

    /// <summary>True when an invalidation of this request is only queued.</summary>
    public bool WrotePending { get; set; }

    /// <summary>Bytes of the host in <see cref="Target"/> without its port.</summary>
    public int NameLength
    {
        get
        {
            var host = Target.AsSpan(0, HostLength);
            var bracket = host.IndexOf((byte)']') + 1;
            var colon = host[bracket..].IndexOf((byte)':');
            return colon < 0 ? HostLength : bracket + colon;
        }
    }

    /// <summary>Host, port and path.</summary>
    public ReadOnlySpan<byte> HostAndPath => Target.AsSpan(0, HostLength + PathLength);

    /// <summary>The host, normalised.</summary>
    public string Host => System.Text.Encoding.ASCII.GetString(Target, 0, HostLength);

    /// <summary>The target as an absolute URI.</summary>
    public Uri Uri => new($"{(Https ? "https" : "http")}://{System.Text.Encoding.ASCII.GetString(Target)}", UriKind.Absolute);

    /// <summary>Disposes it with the request.</summary>
    public void Own(IDisposable resource)
    {
        lock (_gate)
        {
            (_owned ??= new(2)).Add(resource);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_owned is null)
            {
                return;
            }

            foreach (var resource in _owned)
            {
                resource.Dispose();
            }

            _owned.Clear();
        }
    }
}
