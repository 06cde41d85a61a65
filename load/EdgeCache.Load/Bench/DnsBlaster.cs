using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeCache.Load.Bench.Native;
using HdrHistogram;

namespace EdgeCache.Load.Bench;

/// <summary>
/// As many TXT queries as a server answers: one thread on one processor, a few connected sockets with a window of open queries each, sendmmsg and recvmmsg in batches.
/// An answer counts when its id is open and it carries at least one record without an error code.
/// </summary>
internal sealed unsafe class DnsBlaster
{
    private const int Batch = 64;
    private const int MaxAnswer = 1500;
    private const int MaxQuery = 128;
    private static readonly long GiveUp = Stopwatch.Frequency / 2;

    private readonly byte[][] _queries;
    private readonly Flow[] _flows;
    private readonly int _window;
    private readonly byte[] _in = GC.AllocateArray<byte>(Batch * MaxAnswer, pinned: true);
    private readonly byte[] _out = GC.AllocateArray<byte>(Batch * MaxQuery, pinned: true);
    private readonly LongHistogram _latency = new(Stopwatch.Frequency * 10L, 3);
    private int _next;
    private long _answers, _bad, _lost;

    private DnsBlaster(IPEndPoint server, byte[][] queries, int sockets, int window)
    {
        _queries = queries;
        _window = window;
        _flows = [.. Enumerable.Range(0, sockets).Select(_ => new Flow(server))];
    }

    /// <summary>Runs on a thread of its own, pinned to <paramref name="cpu"/>; the first <paramref name="warmUp"/> seconds are not counted.</summary>
    public static Task<BlastResult> RunAsync(IPEndPoint server, IReadOnlyList<string> names, int sockets, int window, double warmUp, double seconds, int cpu) =>
        Pinning.RunAsync(cpu, "dns blaster", () => new DnsBlaster(server, [.. names.Select(Query)], sockets, window).Run(warmUp, seconds));

    private BlastResult Run(double warmUp, double seconds)
    {
        var vectors = stackalloc Sockets.Vector[2 * Batch];
        var messages = stackalloc Sockets.Message[2 * Batch];
        fixed (byte* input = _in, output = _out)
        {
            for (var i = 0; i < Batch; i++)
            {
                vectors[i] = new Sockets.Vector { Base = input + (i * MaxAnswer), Length = MaxAnswer };
                vectors[Batch + i] = new Sockets.Vector { Base = output + (i * MaxQuery), Length = 0 };
                messages[i] = new Sockets.Message { Vectors = vectors + i, VectorCount = 1 };
                messages[Batch + i] = new Sockets.Message { Vectors = vectors + Batch + i, VectorCount = 1 };
            }

            var from = Stopwatch.GetTimestamp() + (long)(warmUp * Stopwatch.Frequency);
            var end = from + (long)(seconds * Stopwatch.Frequency);
            var counting = false;
            for (long now; (now = Stopwatch.GetTimestamp()) < end;)
            {
                if (!counting && now >= from)
                {
                    (_answers, _bad, _lost, counting) = (0, 0, 0, true);
                    _latency.Reset();
                }

                var isIdle = true;
                foreach (var flow in _flows)
                {
                    isIdle &= !Receive(flow, messages, now);
                    isIdle &= !Send(flow, messages + Batch, vectors + Batch, now);
                }

                if (isIdle)
                {
                    Thread.SpinWait(50);
                }
            }
        }

        foreach (var flow in _flows)
        {
            flow.Socket.Dispose();
        }

        return new BlastResult(_answers, _bad, _lost, seconds, _latency);
    }

    private bool Receive(Flow flow, Sockets.Message* messages, long now)
    {
        var got = Sockets.ReceiveMany(flow.File, messages, Batch, Sockets.DontWait, null);
        for (var i = 0; i < got; i++)
        {
            var packet = _in.AsSpan(i * MaxAnswer, 12);
            var id = BinaryPrimitives.ReadUInt16BigEndian(packet);
            if (flow.SentAt[id] == 0)
            {
                continue;
            }

            _latency.RecordValue(Math.Max(1, now - flow.SentAt[id]));
            flow.SentAt[id] = 0;
            flow.Open--;
            _answers++;
            _bad += (packet[3] & 15) != 0 || packet[7] == 0 ? 1 : 0;
        }

        if (got > 0)
        {
            flow.HeardAt = now;
        }
        else if (flow.Open > 0 && now - flow.HeardAt > GiveUp)
        {
            _lost += flow.Open;
            Array.Clear(flow.SentAt);
            (flow.Open, flow.HeardAt) = (0, now);
        }

        return got > 0;
    }

    private bool Send(Flow flow, Sockets.Message* messages, Sockets.Vector* vectors, long now)
    {
        var want = Math.Min(_window - flow.Open, Batch);
        if (want < Math.Min(_window, Batch) / 2)
        {
            return false;
        }

        for (var i = 0; i < want; i++)
        {
            var query = _queries[_next];
            _next = _next + 1 == _queries.Length ? 0 : _next + 1;
            query.CopyTo(_out, i * MaxQuery);
            BinaryPrimitives.WriteUInt16BigEndian(_out.AsSpan(i * MaxQuery), unchecked((ushort)(flow.NextId + i))); // ids wrap
            vectors[i].Length = query.Length;
        }

        var sent = Math.Max(0, Sockets.SendMany(flow.File, messages, (uint)want, 0));
        for (var i = 0; i < sent; i++)
        {
            flow.SentAt[unchecked((ushort)(flow.NextId + i))] = now;
        }

        flow.NextId = unchecked((ushort)(flow.NextId + sent));
        flow.Open += sent;
        return sent > 0;
    }

    private static byte[] Query(string name)
    {
        var query = new byte[12 + name.Length + 2 + 4];
        (query[2], query[5]) = (1, 1);
        var at = 12;
        foreach (var label in name.Split('.'))
        {
            query[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, query.AsSpan(at));
        }

        (query[at + 2], query[at + 4]) = (16, 1); // TXT, IN
        return query.Length <= MaxQuery ? query : throw new ArgumentException($"{name} is too long for this sender");
    }

    private sealed class Flow
    {
        public Flow(IPEndPoint server)
        {
            Socket.Connect(server);
            File = (int)Socket.Handle;
        }

        public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false, ReceiveBufferSize = 4 << 20, SendBufferSize = 4 << 20 };

        public int File { get; }

        public long[] SentAt { get; } = new long[65_536];

        public int Open { get; set; }

        public ushort NextId { get; set; }

        public long HeardAt { get; set; } = Stopwatch.GetTimestamp();
    }
}
