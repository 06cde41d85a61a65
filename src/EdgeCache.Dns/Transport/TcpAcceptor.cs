using System.Net;
using System.Net.Sockets;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// Accepts connections of one address. A sweep closes what is idle, slow to send or slow to take, so that no connection needs a timer of its own; when all
/// places are taken the connection idle for longest makes room, so idle clients starve nobody (RFC 7766 §6.2.3).
/// </summary>
internal sealed class TcpAcceptor : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Connections that wait to be accepted; the system may lower it (<c>somaxconn</c>). A burst of clients above it would wait a second for their next try.</summary>
    private const int Backlog = 4_096;

    private readonly Socket _socket;
    private readonly TcpService _service;
    private readonly ITimer _sweep;
    private readonly Lock _changing = new();
    private readonly HashSet<TcpConnection> _open = [];
    private Task _accepting = Task.CompletedTask;

    public TcpAcceptor(IPEndPoint endpoint, TcpService service)
    {
        _service = service;
        _socket = Bind(endpoint);
        Endpoint = (IPEndPoint)_socket.LocalEndPoint!; // bound
        _sweep = service.Time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    public IPEndPoint Endpoint { get; }

    public void Start(CancellationToken stopping) => _accepting = AcceptAsync(stopping);

    /// <summary>No further connection is taken; those open may finish what they have begun.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        Task[] running;
        lock (_changing)
        {
            foreach (TcpConnection connection in _open)
            {
                connection.CloseWhenDone();
            }

            running = [.. _open.Select(static c => c.Finished)];
        }

        await Task.WhenAny(Task.WhenAll(running), Task.Delay(drain, _service.Time)).ConfigureAwait(false);
        lock (_changing)
        {
            foreach (TcpConnection connection in _open)
            {
                connection.Abort();
            }
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        _socket.Dispose();
    }

    private static Socket Bind(IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            socket.Bind(endpoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Socket client = await _socket.AcceptAsync(stopping).ConfigureAwait(false);
                Add(client, stopping);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // That client is gone already; the next must not wait for it.
            }
            catch (SocketException)
            {
                // No descriptor is left: the sweep makes room before the next try.
                await Task.Delay(SweepInterval, _service.Time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Add(Socket client, CancellationToken stopping)
    {
        TcpConnection? victim = null;
        var connection = new TcpConnection(client, _service);
        lock (_changing)
        {
            if (_open.Count >= _service.Options.MaxConnections)
            {
                victim = _open.Where(static c => c.IsIdle).MinBy(static c => c.Deadline) ?? _open.MinBy(static c => c.Deadline);
                _open.Remove(victim!); // there is at least one
            }

            _open.Add(connection);
        }

        if (victim is not null)
        {
            _service.Counters.TcpEvict();
            victim.Abort();
        }

        _service.Counters.TcpOpened();
        _ = RunAsync(connection, stopping);
    }

    private async Task RunAsync(TcpConnection connection, CancellationToken stopping)
    {
        try
        {
            await connection.RunAsync(stopping).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The catch-all of a connection.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _service.Failed(e);
        }

        lock (_changing)
        {
            _open.Remove(connection);
        }

        _service.Counters.TcpClosed();
    }

    private void Sweep()
    {
        long now = _service.Time.GetTimestamp();
        TcpConnection[] late;
        lock (_changing)
        {
            late = [.. _open.Where(c => c.Deadline < now)];
        }

        foreach (TcpConnection connection in late)
        {
            _service.Counters.TcpTimeout();
            connection.Abort();
        }
    }
}
