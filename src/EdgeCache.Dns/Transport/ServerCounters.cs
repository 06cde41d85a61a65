using System.Diagnostics.Metrics;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// What the listeners of one server did. Those of the hot loop are kept by each receiving thread alone and added up when they are read.
/// </summary>
internal sealed class ServerCounters
{
    private readonly Lock _adding = new();
    private volatile LoopCounters[] _loops = [];
    private long _overflowed;
    private long _tcpQueries;
    private long _tcpConnections;
    private long _tcpTimeouts;
    private long _tcpEvicted;
    private long _failures;

    public ServerCounters(IMeterFactory? meters, string server)
    {
        if (meters is null)
        {
            return;
        }

        Meter meter = meters.Create("EdgeCache.Dns");
        KeyValuePair<string, object?> tag = new("server", server);
        meter.CreateObservableCounter("edgecache.dns.server.queries", () => new[]
        {
            new Measurement<long>(UdpQueries, tag, new("transport", "udp")), new Measurement<long>(TcpQueries, tag, new("transport", "tcp")),
        });
        meter.CreateObservableCounter("edgecache.dns.server.dropped", () => new Measurement<long>(Overflowed, tag), description: "Queries for which the waiting queue had no room");
        meter.CreateObservableCounter("edgecache.dns.server.failures", () => new Measurement<long>(Failures, tag), description: "Queries whose handling failed unexpectedly");
        meter.CreateObservableCounter("edgecache.dns.server.tcp.timeouts", () => new Measurement<long>(TcpTimeouts, tag));
        meter.CreateObservableCounter("edgecache.dns.server.tcp.evicted", () => new Measurement<long>(TcpEvicted, tag));
        meter.CreateObservableGauge("edgecache.dns.server.tcp.connections", () => new Measurement<long>(TcpConnections, tag));
    }

    public long UdpQueries => _loops.Sum(static l => l.Queries);

    public long Overflowed => Volatile.Read(ref _overflowed);

    public long TcpQueries => Volatile.Read(ref _tcpQueries);

    public long TcpConnections => Volatile.Read(ref _tcpConnections);

    public long TcpTimeouts => Volatile.Read(ref _tcpTimeouts);

    public long TcpEvicted => Volatile.Read(ref _tcpEvicted);

    public long Failures => Volatile.Read(ref _failures);

    public LoopCounters AddLoop()
    {
        var loop = new LoopCounters();
        lock (_adding)
        {
            _loops = [.. _loops, loop];
        }

        return loop;
    }

    public void Overflow() => Interlocked.Increment(ref _overflowed);

    public void TcpQuery() => Interlocked.Increment(ref _tcpQueries);

    public void TcpOpened() => Interlocked.Increment(ref _tcpConnections);

    public void TcpClosed() => Interlocked.Decrement(ref _tcpConnections);

    public void TcpTimeout() => Interlocked.Increment(ref _tcpTimeouts);

    public void TcpEvict() => Interlocked.Increment(ref _tcpEvicted);

    /// <summary>Returns true for the first failure, which is the one that is logged in full.</summary>
    public bool Fail() => Interlocked.Increment(ref _failures) == 1;
}
