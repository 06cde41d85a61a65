using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace EdgeCache.Load.Topology;

/// <summary>
/// Stands between one node and its Redis and spoils what pub/sub delivers: drops, doubles or delays each message by a seeded chance. Everything else passes unchanged and in
/// order. <see cref="Cut"/> breaks all connections and refuses new ones. This is how hints are lost in a scenario, without a switch in the product.
/// </summary>
public sealed class HintProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly IPEndPoint _redis;
    private readonly TimeSpan _delay;
    private readonly double _doubling;
    private readonly Random _random;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _open = [];
    private readonly Task _accepting;
    private volatile bool _cut;
    private long _dropped;

    /// <summary>Listens on a free loopback port. <paramref name="loss"/> and <paramref name="doubling"/> are probabilities.</summary>
    public HintProxy(IPEndPoint redis, double loss, double doubling, TimeSpan delay, int seed)
    {
        _redis = redis;
        Loss = loss;
        _doubling = doubling;
        _delay = delay;
        _random = new Random(seed);
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where the node connects to.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Probability that a message is dropped; may be changed at any time.</summary>
    public double Loss { get; set; }

    /// <summary>Messages that were dropped.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>True: no connection lives. False: connections are taken again.</summary>
    public void Cut(bool cut)
    {
        _cut = cut;
        if (cut)
        {
            lock (_lock)
            {
                foreach (var socket in _open)
                {
                    socket.Dispose();
                }

                _open.Clear();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut(true);
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var pumps = new List<Task>();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var node = await _listener.AcceptSocketAsync(_stop.Token);
                pumps.RemoveAll(p => p.IsCompleted);
                pumps.Add(ServeAsync(node));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                break;
            }
        }

        await Task.WhenAll(pumps);
    }

    private async Task ServeAsync(Socket node)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var owned = node;
        node.NoDelay = true;
        try
        {
            if (_cut)
            {
                return;
            }

            await server.ConnectAsync(_redis, _stop.Token);
            lock (_lock)
            {
                _open.Add(node);
                _open.Add(server);
            }

            var up = CopyAsync(node, server);
            var down = SpoilAsync(server, node);
            await Task.WhenAny(up, down);
            node.Dispose();
            server.Dispose();
            await Task.WhenAll(up, down);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // One side is gone: the other is closed too, by the usings.
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(node);
                _open.Remove(server);
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int n; (n = await from.ReceiveAsync(buffer, _stop.Token)) > 0;)
            {
                await SendAsync(to, buffer.AsMemory(0, n));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private async Task SpoilAsync(Socket from, Socket to)
    {
        var reader = PipeReader.Create(new NetworkStream(from, ownsSocket: false));
        using var sending = new SemaphoreSlim(1);
        var late = new List<Task>();
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(_stop.Token);
                var data = read.Buffer.ToArray();
                var used = 0;
                for (int length; used < data.Length && (length = RespFrame.Measure(data.AsSpan(used))) != 0; used += length)
                {
                    if (length < 0)
                    {
                        throw new IOException("Redis sent something that is not RESP");
                    }

                    await PassAsync(to, data.AsMemory(used, length), sending, late);
                }

                reader.AdvanceTo(read.Buffer.GetPosition(used), read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
        }
        finally
        {
            await Task.WhenAll(late);
        }
    }

    private async Task PassAsync(Socket to, ReadOnlyMemory<byte> frame, SemaphoreSlim sending, List<Task> late)
    {
        var copies = 1;
        if (RespFrame.IsMessage(frame.Span))
        {
            lock (_random)
            {
                copies = _random.NextDouble() < Loss ? 0 : _random.NextDouble() < _doubling ? 2 : 1;
            }

            if (copies == 0)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            if (_delay > TimeSpan.Zero)
            {
                late.RemoveAll(t => t.IsCompleted);
                late.Add(LaterAsync(to, frame, copies, sending));
                return;
            }
        }

        await OnceAsync(to, frame, copies, sending);
    }

    private async Task LaterAsync(Socket to, ReadOnlyMemory<byte> frame, int copies, SemaphoreSlim sending)
    {
        try
        {
            await Task.Delay(_delay, _stop.Token);
            await OnceAsync(to, frame, copies, sending);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private async Task OnceAsync(Socket to, ReadOnlyMemory<byte> frame, int copies, SemaphoreSlim sending)
    {
        await sending.WaitAsync(_stop.Token);
        try
        {
            for (var i = 0; i < copies; i++)
            {
                await SendAsync(to, frame);
            }
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task SendAsync(Socket to, ReadOnlyMemory<byte> data)
    {
        while (data.Length > 0)
        {
            data = data[await to.SendAsync(data, _stop.Token)..];
        }
    }
}
