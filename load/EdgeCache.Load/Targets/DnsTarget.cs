using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeCache.Load.Measuring;

namespace EdgeCache.Load.Targets;

/// <summary>
/// Any recursive resolver, asked over UDP for <c>k{key}.{zone}</c> TXT whose text is the version. One socket; queries are told apart by their id.
/// It writes and reads just the packets it needs, so that it shares no code with what it measures.
/// </summary>
public sealed class DnsTarget : IReadTarget
{
    private const int Header = 12;
    private const int TypeTxt = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly ConcurrentDictionary<ushort, TaskCompletionSource<byte[]>> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly uint _fullTtl;
    private readonly Task _receiving;
    private int _lastId;

    /// <summary>Reads through the resolver at <paramref name="server"/>.</summary>
    /// <param name="server">The resolver.</param>
    /// <param name="zone">The zone under which the keys are names.</param>
    /// <param name="name">Name for the report.</param>
    /// <param name="ttl">The TTL that the authority gives: an answer with less has aged in a cache.</param>
    public DnsTarget(IPEndPoint server, string zone, string? name = null, TimeSpan ttl = default)
    {
        Zone = zone;
        _fullTtl = (uint)ttl.TotalSeconds;
        Name = name ?? server.ToString();
        _socket.Connect(server);
        _receiving = ReceiveAsync();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The zone under which the keys are names.</summary>
    public string Zone { get; }

    /// <summary>The name of a key.</summary>
    public static string NameOf(int key, string zone) => $"k{key}.{zone}";

    /// <inheritdoc/>
    public async ValueTask<ReadAnswer> ReadAsync(int key, long sentAt, string? session, CancellationToken cancellation)
    {
        var id = (ushort)(Interlocked.Increment(ref _lastId) & 0xFFFF);
        var waiter = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_waiting.TryAdd(id, waiter))
        {
            return new ReadAnswer(0, ServedBy.Unknown, "too-many-in-flight");
        }

        try
        {
            var query = Query(id, NameOf(key, Zone));
            await _socket.SendAsync(query, SocketFlags.None, cancellation);
            var packet = await waiter.Task.WaitAsync(Patience, cancellation);

            // A late answer to an older query with the same id would be taken for an old version.
            return packet.AsSpan(Header).StartsWith(query.AsSpan(Header)) ? Read(packet) : new ReadAnswer(0, ServedBy.Unknown, "other-question");
        }
        catch (TimeoutException)
        {
            return new ReadAnswer(0, ServedBy.Unknown, "timed-out");
        }
        catch (OperationCanceledException)
        {
            return new ReadAnswer(0, ServedBy.Unknown, "interrupted");
        }
        catch (SocketException)
        {
            return new ReadAnswer(0, ServedBy.Unknown, "refused");
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _receiving;
        _stop.Dispose();
    }

    private static byte[] Query(ushort id, string name)
    {
        var packet = new byte[12 + name.Length + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(packet, id);
        packet[2] = 1; // recursion desired
        packet[5] = 1; // one question
        var at = 12;
        foreach (var label in name.Split('.'))
        {
            packet[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, packet.AsSpan(at));
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(at + 1), TypeTxt);
        packet[at + 4] = 1; // class IN
        return packet;
    }

    private ReadAnswer Read(byte[] packet)
    {
        var code = packet[3] & 0xF;
        if (code != 0)
        {
            return new ReadAnswer(0, ServedBy.Unknown, $"rcode-{code}");
        }

        var at = SkipName(packet, 12) + 4;
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(6)); left > 0 && at + 12 < packet.Length; left--)
        {
            at = SkipName(packet, at);
            if (at + 10 >= packet.Length)
            {
                break;
            }

            var type = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
            var length = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at + 8));
            at += 10;
            if (type == TypeTxt && at + length <= packet.Length && length > 1
                && long.TryParse(Encoding.ASCII.GetString(packet, at + 1, Math.Min(packet[at], length - 1)), out var version))
            {
                var ttl = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(at - 6));
                return new ReadAnswer(version, ttl < _fullTtl ? ServedBy.Cache : ServedBy.Unknown, null);
            }

            at += length;
        }

        return new ReadAnswer(0, ServedBy.Unknown, "no-answer");
    }

    private static int SkipName(byte[] packet, int at)
    {
        while (at < packet.Length && packet[at] != 0)
        {
            if (packet[at] >= 0xC0)
            {
                return at + 2;
            }

            at += packet[at] + 1;
        }

        return at + 1;
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[4096];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var length = await _socket.ReceiveAsync(buffer, SocketFlags.None, _stop.Token);
                if (length >= 12 && _waiting.TryGetValue(BinaryPrimitives.ReadUInt16BigEndian(buffer), out var waiter))
                {
                    waiter.TrySetResult(buffer[..length]);
                }
            }
            catch (SocketException)
            {
                // The resolver is down; the reads time out and say so.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
