using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeCache.Load.Measuring;

namespace EdgeCache.Load.Origin;

/// <summary>
/// A name server whose every TXT answer for <c>k{key}.{zone}</c> says which version it is, so that any resolver that forwards to it can be measured. UDP only; other names
/// and types get an empty answer. It reads and writes just the packets it needs (RFC 1035 §4), sharing no code with what it measures.
/// </summary>
public sealed class VersionedAuthority : IAsyncDisposable
{
    private const int Header = 12;
    private const int TypeTxt = 16;
    private const int MaxQuery = 512;

    private readonly VersionLedger _ledger;
    private readonly string _zone;
    private readonly Func<int, TimeSpan> _ttlOf;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private long _queries;

    private VersionedAuthority(VersionLedger ledger, int port, string zone, Func<int, TimeSpan> ttlOf)
    {
        _ledger = ledger;
        _zone = "." + zone;
        _ttlOf = ttlOf;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Queries that reached it.</summary>
    public long Queries => Interlocked.Read(ref _queries);

    /// <summary>Listens on a loopback port; 0: any.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static VersionedAuthority Start(VersionLedger ledger, int port, string zone, Func<int, TimeSpan> ttlOf) => new(ledger, port, zone, ttlOf);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[MaxQuery * 3];
        EndPoint anyone = new IPEndPoint(IPAddress.Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var got = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, anyone, _stop.Token);
                if (TryAnswer(buffer, got.ReceivedBytes, out var length))
                {
                    Interlocked.Increment(ref _queries);
                    await _socket.SendToAsync(buffer.AsMemory(0, length), SocketFlags.None, got.RemoteEndPoint, _stop.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Somebody did not wait for the answer.
            }
        }
    }

    private bool TryAnswer(byte[] packet, int length, out int answer)
    {
        answer = 0;
        if (length is < Header + 5 or > MaxQuery || (packet[2] & 0x80) != 0 || packet[4] != 0 || packet[5] != 1)
        {
            return false;
        }

        var name = new StringBuilder();
        var at = Header;
        for (; at < length && packet[at] != 0; at += packet[at] + 1)
        {
            if (packet[at] > 63 || at + packet[at] >= length)
            {
                return false;
            }

            name.Append(name.Length == 0 ? "" : ".").Append(Encoding.ASCII.GetString(packet, at + 1, packet[at]));
        }

        if (at + 5 > length)
        {
            return false;
        }

        var type = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at + 1));
        at += 5;
        packet[2] = (byte)(0x84 | (packet[2] & 1)); // an answer, authoritative
        packet[3] = 0;
        packet.AsSpan(6, 6).Clear();
        answer = type == TypeTxt && Key(name.ToString()) is { } key ? Append(packet, at, _ledger.Newest(key), (uint)_ttlOf(key).TotalSeconds) : at;
        return true;
    }

    // Names may come in mixed case (0x20); the question is echoed as it came.
    private int? Key(string name) =>
        name.Length > 1 && name[0] is 'k' or 'K' && name.EndsWith(_zone, StringComparison.OrdinalIgnoreCase)
        && int.TryParse(name.AsSpan(1, name.Length - 1 - _zone.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var key) && key < _ledger.Keys
            ? key
            : null;

    private static int Append(byte[] packet, int at, long version, uint ttl)
    {
        var text = version.ToString(CultureInfo.InvariantCulture);
        packet[7] = 1;
        packet[at] = 0xC0; // the question's name
        packet[at + 1] = Header;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(at + 2), TypeTxt);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(at + 4), 1);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(at + 6), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(at + 10), (ushort)(text.Length + 1));
        packet[at + 12] = (byte)text.Length;
        return at + 13 + Encoding.ASCII.GetBytes(text, packet.AsSpan(at + 13));
    }
}
