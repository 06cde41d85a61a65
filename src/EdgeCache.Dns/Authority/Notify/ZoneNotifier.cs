using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using EdgeCache.Dns.Authority.Transfers;
using EdgeCache.Dns.Authority.Tsig;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority.Notify;

/// <summary>
/// Tells secondaries that a zone's SOA serial moved (RFC 1996). Looks at the snapshots a few times a second, so that any number of changes makes one
/// message; an entry that leaves the serial alone makes none.
/// </summary>
internal sealed class ZoneNotifier
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private readonly TransferOptions _options;
    private readonly Func<ZoneIndex> _zones;
    private readonly TimeProvider _time;
    private readonly Dictionary<(DomainName Apex, IPEndPoint Secondary), NotifyPlan> _plans = [];
    private long _looks;
    private bool _isWaiting;

    public ZoneNotifier(TransferOptions options, Func<ZoneIndex> zones, TimeProvider time)
    {
        _options = options;
        _zones = zones;
        _time = time;
    }

    /// <summary>NOTIFY messages sent since the start.</summary>
    public long Sent { get; private set; }

    /// <summary>Rounds over all zones since the start, for tests that wait until a change has been looked at.</summary>
    public long Looks => Volatile.Read(ref _looks);

    /// <summary>Whether a message still waits for its answer, as of the last round.</summary>
    public bool IsWaiting => Volatile.Read(ref _isWaiting);

    /// <summary>Runs until cancelled. A secondary that cannot be reached is tried again and harms nobody else.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (_options.Notify.Count == 0)
        {
            return;
        }

        using Socket v4 = Open(AddressFamily.InterNetwork);
        using Socket? v6 = _options.Notify.Any(static e => e.Address.AddressFamily == AddressFamily.InterNetworkV6) ? Open(AddressFamily.InterNetworkV6) : null;
        using var timer = new PeriodicTimer(Look, _time);
        byte[] buffer = new byte[WireLimits.MaxUdpPayload];
        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            Collect(v4, buffer);
            Collect(v6, buffer);
            foreach (IZoneSource zone in _zones().All)
            {
                if (zone.Settled is { } snapshot)
                {
                    Tell(snapshot, v4, v6, buffer);
                }
            }

            Volatile.Write(ref _isWaiting, _plans.Values.Any(static p => p.Waiting is not null));
            Volatile.Write(ref _looks, _looks + 1);
        }
    }

    /// <summary>RFC 1996 §3.7: the question is the zone's SOA, and the answer section shows the new one.</summary>
    internal static int Write(ZoneSnapshot zone, ushort id, Span<byte> buffer)
    {
        var writer = new WireWriter(buffer, default, WireLimits.HeaderLength);
        bool written = Question.TryWrite(ref writer, zone.Apex.Wire, RecordType.SOA)
            && writer.TryWriteUInt16(WireLimits.Pointer | WireLimits.HeaderLength)
            && writer.TryWriteBytes(zone.Soa.Tails);
        new Header
        {
            Id = id,
            Flags = Header.FlagsOf(Opcode.Notify, Rcode.NoError, Header.AuthoritativeFlag),
            QuestionCount = 1,
            AnswerCount = 1,
        }.TryWrite(buffer);
        return written ? writer.Position : 0;
    }

    /// <summary>With the key that the secondary signs its transfers with (RFC 8945 §5.1, RFC 1996 §6).</summary>
    private int Sign(byte[] buffer, int length, TsigKey? key) => key is not null
        ? TsigSession.ForRequest(key).Sign(buffer, length, (ulong)_time.GetUtcNow().ToUnixTimeSeconds())
        : length;

    private void Tell(ZoneSnapshot zone, Socket v4, Socket? v6, byte[] buffer)
    {
        foreach ((IPEndPoint secondary, TsigKey? key) in _options.Notify)
        {
            if (!_plans.TryGetValue((zone.Apex, secondary), out NotifyPlan? plan))
            {
                plan = new NotifyPlan(_time.TimestampFrequency);
                _plans.Add((zone.Apex, secondary), plan);
            }

            long now = _time.GetTimestamp();
            if (!plan.IsDue(zone.Serial, now))
            {
                continue;
            }

            ushort id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
            int length = Sign(buffer, Write(zone, id, buffer), key);
            plan.Sent(zone.Serial, id, now);
            Sent++;
            try
            {
                (secondary.AddressFamily == AddressFamily.InterNetwork ? v4 : v6)?.SendTo(buffer.AsSpan(0, length), secondary);
            }
            catch (SocketException)
            {
                // Unreachable: the plan tries again.
            }
        }
    }

    /// <summary>Takes in what answers there are; one counts if id and sender fit.</summary>
    private void Collect(Socket? socket, byte[] buffer)
    {
        while (socket is { Available: > 0 })
        {
            try
            {
                EndPoint from = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
                int length = socket.ReceiveFrom(buffer, ref from);
                if (Header.TryRead(buffer.AsSpan(0, length), out Header header) && header is { IsResponse: true, Opcode: Opcode.Notify })
                {
                    _ = _plans.Any(p => p.Key.Secondary.Equals(from) && p.Value.Answered(header.Id));
                }
            }
            catch (SocketException)
            {
                // An ICMP error for an earlier datagram, or one longer than any answer.
            }
        }
    }

    private Socket Open(AddressFamily family)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        IPAddress any = family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        socket.Bind(new IPEndPoint(_options.NotifyFrom is { } from && from.AddressFamily == family ? from : any, 0));
        return socket;
    }
}
