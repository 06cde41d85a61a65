using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeCache.Load.Bench.Native;
using HdrHistogram;

namespace EdgeCache.Load.Bench;

/// <summary>
/// As many GETs as a server answers over a number of keep-alive connections, one request at a time on each: one thread on one processor, epoll, prebuilt requests.
/// For saturation only: latency at saturation is little more than connections ÷ throughput. Answers must carry Content-Length.
/// </summary>
internal sealed unsafe class HttpBlaster
{
    private const int Buffer = 64 * 1024;
    private const int MaxEvents = 256;
    private readonly byte[][] _requests;
    private readonly Func<int> _choose;
    private readonly Connection[] _connections;
    private readonly Queue<Connection> _idle = new();
    private readonly double _perSecond;
    private readonly LongHistogram _latency = new(Stopwatch.Frequency * 10L, 3);
    private long _answers, _bad;

    private HttpBlaster(IPEndPoint server, byte[][] requests, Func<int> choose, int connections, double perSecond)
    {
        _perSecond = perSecond;
        _requests = requests;
        _choose = choose;
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new Connection(server))];
    }

    /// <summary>Runs on a thread of its own, pinned to <paramref name="cpu"/>; the first <paramref name="warmUp"/> seconds are not counted. <paramref name="perSecond"/>: no more requests than that, sent each millisecond; 0 for as many as are answered.</summary>
    /// <exception cref="SocketException">The server does not take connections.</exception>
    public static Task<BlastResult> RunAsync(IPEndPoint server, IReadOnlyList<string> paths, Func<int> choose, int connections, double warmUp, double seconds, int cpu, double perSecond = 0)
    {
        byte[][] requests = [.. paths.Select(p => Encoding.ASCII.GetBytes($"GET {p} HTTP/1.1\r\nHost: bench.test\r\n\r\n"))];
        return Pinning.RunAsync(cpu, "http blaster", () => new HttpBlaster(server, requests, choose, connections, perSecond).Run(warmUp, seconds));
    }

    private BlastResult Run(double warmUp, double seconds)
    {
        var poll = Sockets.CreatePoll(0);
        for (var i = 0; i < _connections.Length; i++)
        {
            var wanted = new Sockets.Event { Events = Sockets.Readable, Data = i };
            _ = Sockets.ControlPoll(poll, 1, _connections[i].File, &wanted);
            _idle.Enqueue(_connections[i]);
        }

        var buffer = new byte[Buffer];
        var events = new Sockets.Event[MaxEvents];
        var began = Stopwatch.GetTimestamp();
        var from = began + (long)(warmUp * Stopwatch.Frequency);
        var end = from + (long)(seconds * Stopwatch.Frequency);
        var counting = false;
        var sent = 0L;
        fixed (byte* into = buffer)
        fixed (Sockets.Event* ready = events)
        {
            for (long now; (now = Stopwatch.GetTimestamp()) < end;)
            {
                if (!counting && now >= from)
                {
                    (_answers, _bad, counting) = (0, 0, true);
                    _latency.Reset();
                }

                var due = _perSecond > 0 ? (long)((now - began) * _perSecond / Stopwatch.Frequency) : long.MaxValue;
                for (; sent < due && _idle.TryDequeue(out var next); sent++)
                {
                    Ask(next);
                }

                var count = Sockets.WaitPoll(poll, ready, MaxEvents, _perSecond > 0 ? 1 : 10);
                for (var i = 0; i < count; i++)
                {
                    Take(_connections[ready[i].Data], into);
                }
            }
        }

        _ = Sockets.Close(poll);
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        return new BlastResult(_answers, _bad, 0, seconds, _latency);
    }

    private void Ask(Connection connection)
    {
        var request = _requests[_choose()];
        connection.SentAt = Stopwatch.GetTimestamp();
        fixed (byte* bytes = request)
        {
            if (Sockets.Send(connection.File, bytes, request.Length, 0) != request.Length)
            {
                throw new IOException("the server does not take requests any more");
            }
        }
    }

    private void Take(Connection connection, byte* into)
    {
        var got = (int)Sockets.Receive(connection.File, into, Buffer, Sockets.DontWait);
        if (got <= 0)
        {
            throw new IOException("the server closed a connection in the middle of a run");
        }

        if (!connection.Feed(new ReadOnlySpan<byte>(into, got)))
        {
            return;
        }

        _answers++;
        _bad += connection.IsGood ? 0 : 1;
        _latency.RecordValue(Math.Max(1, Stopwatch.GetTimestamp() - connection.SentAt));
        if (_perSecond > 0)
        {
            _idle.Enqueue(connection);
        }
        else
        {
            Ask(connection);
        }
    }

    /// <summary>One connection and how far its present answer has come.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] _head = new byte[Buffer + (16 * 1024)]; // a head and what came behind it in the same read
        private int _headLength;
        private long _left = -1;

        public Connection(IPEndPoint server)
        {
            _socket.Connect(server);
            File = (int)_socket.Handle;
        }

        public int File { get; }

        public long SentAt { get; set; }

        public bool IsGood { get; private set; }

        /// <summary>True when the answer is complete.</summary>
        public bool Feed(ReadOnlySpan<byte> data)
        {
            if (_left < 0)
            {
                data.CopyTo(_head.AsSpan(_headLength)); // A head longer than 16 KiB may throw: no contestant sends one.
                _headLength += data.Length;
                var head = _head.AsSpan(0, _headLength);
                var end = head.IndexOf("\r\n\r\n"u8);
                if (end < 0)
                {
                    return false;
                }

                IsGood = head.StartsWith("HTTP/1.1 200"u8);
                _left = Length(head[..end]) - (_headLength - end - 4);
            }
            else
            {
                _left -= data.Length;
            }

            if (_left > 0)
            {
                return false;
            }

            (_left, _headLength) = (-1, 0);
            return true;
        }

        public void Dispose() => _socket.Dispose();

        private static long Length(ReadOnlySpan<byte> head)
        {
            // Names come in any case; the few spellings in use are enough here.
            var at = head.IndexOf("ontent-Length: "u8);
            at = at < 0 ? head.IndexOf("ontent-length: "u8) : at;
            return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(head[(at + 15)..], out long length, out _)
                ? length
                : throw new IOException($"an answer without Content-Length: {Encoding.Latin1.GetString(head)}");
        }
    }
}
