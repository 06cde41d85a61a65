using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// Listens on UDP and TCP and hands queries to a responder. Start once, stop once. <see cref="StartAsync"/> throws <see cref="SocketException"/> when an
/// address cannot be had, and then nothing is left open.
/// </summary>
public sealed partial class DnsServer : IAsyncDisposable
{
    private const int TriesForOnePort = 16;
    private readonly DnsServerOptions _options;
    private readonly IDnsResponder _responder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<UdpSocket> _udp = [];
    private readonly List<TcpAcceptor> _tcp = [];
    private readonly List<IPEndPoint> _endpoints = [];
    private readonly DeferredQueries _deferred;
    private readonly TcpService _service;
    private bool _stopped;

    /// <summary>Makes a server; <paramref name="name"/> stands in metrics and logs.</summary>
    public DnsServer(string name, DnsServerOptions options, IDnsResponder responder, TimeProvider time, ILogger<DnsServer> logger, IMeterFactory? meters)
    {
        _options = options;
        _responder = responder;
        _time = time;
        _logger = logger;
        Counters = new ServerCounters(meters, name);
        _deferred = new DeferredQueries(options.MaxWaitingUdp, Counters, Failed, _stopping.Token);
        _service = new TcpService { Responder = responder, Options = options, Counters = Counters, Time = time, Failed = Failed };
    }

    /// <summary>The addresses listened on, with the ports that were picked.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => _endpoints;

    internal ServerCounters Counters { get; }

    /// <summary>Opens all listeners; queries are answered when it returns.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (IPEndPoint endpoint in _options.Endpoints)
            {
                cancellation.ThrowIfCancellationRequested();
                Open(endpoint);
            }
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _udp.ForEach(static u => u.Start());
        _tcp.ForEach(t => t.Start(_stopping.Token));
    }

    /// <summary>Takes no more queries, answers those that wait for at most the drain time, and closes.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        _udp.ForEach(static u => u.StopReceiving());
        Task streams = Task.WhenAll(_tcp.Select(t => t.StopAsync(_options.DrainTimeout)));
        long until = _service.After(_options.DrainTimeout);
        while (_deferred.Waiting > 0 && _time.GetTimestamp() < until && !cancellation.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), _time, CancellationToken.None).ConfigureAwait(false);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await streams.ConfigureAwait(false);
        Close();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await _stopping.CancelAsync().ConfigureAwait(false);
            foreach (UdpSocket socket in _udp.Where(static u => u.IsStarted))
            {
                socket.StopReceiving();
            }

            Close();
        }

        _stopping.Dispose();
    }

    private void Close()
    {
        _tcp.ForEach(static t => t.Dispose());
        _udp.ForEach(static u => u.Dispose());
    }

    private void Open(IPEndPoint wanted)
    {
        for (int attempt = 1; ; attempt++)
        {
            Socket first = UdpSocket.Bind(wanted, share: false);
            var bound = (IPEndPoint)first.LocalEndPoint!; // bound
            try
            {
                _tcp.Add(new TcpAcceptor(bound, _service));
            }
            catch (SocketException) when (wanted.Port == 0 && attempt < TriesForOnePort)
            {
                // The port the system picked for UDP is taken on TCP.
                first.Dispose();
                continue;
            }
            catch
            {
                first.Dispose();
                throw;
            }

            OpenUdp(first, bound);
            _endpoints.Add(bound);
            return;
        }
    }

    /// <summary>
    /// The first socket was bound without sharing, which fails if anybody else has the port. Several threads need shared sockets, so it makes way for them.
    /// </summary>
    private void OpenUdp(Socket first, IPEndPoint bound)
    {
        bool batched = _options.Batching && LinuxSockets.IsSupported;
        int threads = OperatingSystem.IsLinux() ? _options.EffectiveUdpThreads : 1;
        if (threads > 1)
        {
            first.Dispose();
        }

        for (int i = 0; i < threads; i++)
        {
            Socket socket = threads == 1 ? first : UdpSocket.Bind(bound, share: true);
            _udp.Add(batched
                ? new BatchedUdpSocket(socket, _responder, _deferred, Counters.AddLoop(), Failed)
                : new BlockingUdpSocket(socket, _responder, _deferred, Counters.AddLoop(), Failed));
        }
    }

    private void Failed(Exception e)
    {
        if (Counters.Fail())
        {
            LogFailure(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A DNS query could not be handled; further ones are counted only")]
    private partial void LogFailure(Exception e);
}
