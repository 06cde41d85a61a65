using System.Collections.Immutable;
using System.Security.Cryptography;
using EdgeCache.Dns.Authority.Notify;
using EdgeCache.Dns.Authority.Transfers;
using EdgeCache.Dns.Transport;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Records;
using ZoneSnapshot = EdgeCache.Dns.Data.Snapshots.ZoneSnapshot;

namespace EdgeCache.Dns.Authority;

/// <summary>
/// An authoritative server over the zones of a follower, which must have a <see cref="DnsZoneProjection"/>. Give it to a <see cref="DnsServer"/>. Zones
/// that come and go are seen with the next query. Thread-safe.
/// </summary>
public sealed class DnsAuthority : IDnsResponder
{
    private const int SecretLength = 16;
    private readonly IFollower _follower;
    private readonly AuthorityOptions _options;
    private readonly TimeProvider _time;
    private readonly AuthorityResponder _responder;
    private readonly ZoneTransfers _transfers;
    private readonly ZoneNotifier _notifier;
    private readonly Lock _refreshing = new();
    private volatile ZoneMap? _map;
    private volatile ImmutableDictionary<ZoneName, ZoneSnapshot>? _ahead;

    /// <summary>Makes a server; it answers as soon as its follower has read a zone.</summary>
    public DnsAuthority(AuthorityOptions options, IFollower follower, TimeProvider time)
    {
        _options = options;
        _follower = follower;
        _time = time;
        byte[] secret = options.CookieSecret.Length >= SecretLength ? options.CookieSecret.ToArray() : RandomNumberGenerator.GetBytes(SecretLength);
        _responder = new AuthorityResponder(new ServerIdentity(options.ServerId, secret, time), new ZoneIndex([]));
        _transfers = new ZoneTransfers(options.Transfers, _responder, time);
        _notifier = new ZoneNotifier(options.Transfers, Served, time);
        Refresh();
    }

    internal ZoneNotifier Notifier => _notifier;

    /// <inheritdoc/>
    public int Respond(ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response)
    {
        Refresh();
        return _responder.Respond(query, source, response);
    }

    /// <inheritdoc/>
    public ValueTask RespondAsync(ReadOnlyMemory<byte> query, QuerySource source, IResponseSink sink, CancellationToken cancellation)
    {
        Refresh();
        return _transfers.RespondAsync(query, source, sink, cancellation);
    }

    /// <summary>Sends NOTIFY to the configured secondaries until cancelled; does nothing when there are none.</summary>
    /// <exception cref="OperationCanceledException">When cancelled.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address to send from cannot be had.</exception>
    public Task NotifyAsync(CancellationToken cancellation) => _notifier.RunAsync(cancellation);

    private ZoneIndex Served()
    {
        Refresh();
        return _responder.Zones;
    }

    private void Refresh()
    {
        if (IsAsOf(_follower.Zones, _options.Ahead?.Zones))
        {
            return;
        }

        lock (_refreshing)
        {
            ZoneMap map = _follower.Zones;
            ImmutableDictionary<ZoneName, ZoneSnapshot>? ahead = _options.Ahead?.Zones;
            if (!IsAsOf(map, ahead))
            {
                // While the log still brings zones, one that is not there may be about to come.
                List<IZoneSource> sources = Sources(map, ahead);
                _responder.Zones = new ZoneIndex(sources, isComplete: ahead is null or { IsEmpty: true } && (!_options.IsCopy || sources.Count > 0));
                (_map, _ahead) = (map, ahead);
            }
        }
    }

    private bool IsAsOf(ZoneMap map, ImmutableDictionary<ZoneName, ZoneSnapshot>? ahead) => ReferenceEquals(map, _map) && ReferenceEquals(ahead, _ahead);

    private List<IZoneSource> Sources(ZoneMap map, ImmutableDictionary<ZoneName, ZoneSnapshot>? ahead)
    {
        var zones = new List<IZoneSource>();
        foreach (ZoneState state in map.All)
        {
            if (IsServed(state.Zone) && ahead?.ContainsKey(state.Zone) != true && DomainName.TryParse(state.Zone.Value, out DomainName apex))
            {
                zones.Add(new LogZone(state, apex, _options.IsCopy, _follower, _time));
            }
        }

        zones.AddRange((ahead ?? []).Where(z => IsServed(z.Key)).Select(static z => new AheadZone(z.Value)));
        return zones;
    }

    private bool IsServed(ZoneName zone) => _options.Zones.Count == 0 ? zone != ZoneName.Default : _options.Zones.Contains(zone);
}
