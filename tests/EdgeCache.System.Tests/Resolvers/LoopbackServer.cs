using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EdgeCache.System.Tests.Resolvers;

/// <summary>A question as it came: the octets, and the name in lower case.</summary>
internal sealed record LoopbackQuestion(byte[] Raw, int QuestionEnd, string Name, ushort Type);

/// <summary>A scripted DNS server on UDP and TCP of one loopback address. A script may send several datagrams, or none.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<LoopbackQuestion, bool, IEnumerable<byte[]>> _script;
    private int _asked;

    public LoopbackServer(string address, int port, Func<LoopbackQuestion, bool, IEnumerable<byte[]>> script)
    {
        _script = script;
        _udp.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        _tcp.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _tcp.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        _tcp.Listen();
        _ = UdpAsync();
        _ = TcpAsync();
    }

    public int Asked => Volatile.Read(ref _asked);

    /// <summary>A reply with the question copied; records are whole, names uncompressed.</summary>
    public static byte[] Reply(LoopbackQuestion question, ushort flags, byte[][] answer, byte[][]? authority = null, byte[][]? additional = null)
    {
        byte[] reply = [.. question.Raw[..question.QuestionEnd], .. answer.SelectMany(a => a), .. (authority ?? []).SelectMany(a => a), .. (additional ?? []).SelectMany(a => a)];
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(2), (ushort)(0x8000 | flags));
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(6), (ushort)answer.Length);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(8), (ushort)(authority?.Length ?? 0));
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(10), (ushort)(additional?.Length ?? 0));
        return reply;
    }

    public static byte[] RecordOf(string owner, ushort type, uint ttl, byte[] data)
    {
        byte[] name = Name(owner);
        byte[] tail = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(tail, type);
        tail[3] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(tail.AsSpan(4), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(tail.AsSpan(8), (ushort)data.Length);
        return [.. name, .. tail, .. data];
    }

    public static byte[] A(string owner, uint ttl, string address) => RecordOf(owner, 1, ttl, IPAddress.Parse(address).GetAddressBytes());

    public static byte[] Ns(string owner, uint ttl, string target) => RecordOf(owner, 2, ttl, Name(target));

    public static byte[] Name(string name) =>
        [.. name.TrimEnd('.').Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(l => new[] { (byte)l.Length }.Concat(global::System.Text.Encoding.ASCII.GetBytes(l))), 0];

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    private static LoopbackQuestion Read(byte[] raw)
    {
        var labels = new List<string>();
        var at = 12;
        while (raw[at] != 0)
        {
            labels.Add(global::System.Text.Encoding.ASCII.GetString(raw, at + 1, raw[at]).ToLowerInvariant());
            at += raw[at] + 1;
        }

        return new LoopbackQuestion(raw, at + 5, string.Join('.', labels) + ".", BinaryPrimitives.ReadUInt16BigEndian(raw.AsSpan(at + 1)));
    }

    private async Task UdpAsync()
    {
        var buffer = new byte[4_096];
        try
        {
            while (true)
            {
                var got = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
                Interlocked.Increment(ref _asked);
                foreach (var reply in _script(Read(buffer[..got.ReceivedBytes]), false))
                {
                    await _udp.SendToAsync(reply, SocketFlags.None, got.RemoteEndPoint);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task TcpAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _tcp.AcceptAsync();
                var stream = new NetworkStream(client);
                var prefix = new byte[2];
                await stream.ReadExactlyAsync(prefix);
                var raw = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
                await stream.ReadExactlyAsync(raw);
                foreach (var reply in _script(Read(raw), true).Take(1))
                {
                    BinaryPrimitives.WriteUInt16BigEndian(prefix, (ushort)reply.Length);
                    await stream.WriteAsync((byte[])[.. prefix, .. reply]);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // Disposed, or the client left.
        }
    }
}
