using System.Net;
using System.Net.Sockets;

namespace EdgeCache.Dns.Transport;

/// <summary>
/// One bound datagram socket with its receiving thread. Answers that come later go out through the same socket, from the address the query was sent to.
/// </summary>
internal abstract class UdpSocket : IDisposable
{
    /// <summary>Longer queries do not exist: a question and an OPT record with a few options.</summary>
    public const int MaxQuery = 4_096;

    private const int BufferBytes = 4 << 20;
    private readonly Thread _thread;
    private bool _stopping;

    protected UdpSocket(Socket socket, IDnsResponder responder, DeferredQueries deferred, LoopCounters counters, Action<Exception> failed)
    {
        Socket = socket;
        Responder = responder;
        Deferred = deferred;
        Counters = counters;
        Failed = failed;
        _thread = new Thread(Loop, 1 << 20) { IsBackground = true, Name = $"dns udp {socket.LocalEndPoint}" };
    }

    protected Socket Socket { get; }

    protected IDnsResponder Responder { get; }

    protected DeferredQueries Deferred { get; }

    protected LoopCounters Counters { get; }

    protected Action<Exception> Failed { get; }

    protected bool Stopping => Volatile.Read(ref _stopping);

    public bool IsStarted => (_thread.ThreadState & ThreadState.Unstarted) == 0;

    /// <summary>Binds; the address may be shared only among the sockets of one server.</summary>
    /// <exception cref="SocketException">The address cannot be had.</exception>
    public static Socket Bind(IPEndPoint endpoint, bool share)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (endpoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            if (share)
            {
                socket.SetRawSocketOption(LinuxSockets.SocketLevel, LinuxSockets.ReusePort, BitConverter.GetBytes(1));
            }

            socket.ReceiveBufferSize = BufferBytes;
            socket.SendBufferSize = BufferBytes;
            socket.Bind(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Start() => _thread.Start();

    /// <summary>No query is taken any more; what waits can still be answered.</summary>
    public void StopReceiving()
    {
        Volatile.Write(ref _stopping, true);
        Wake();
        _thread.Join();
    }

    /// <summary>Sends an answer that took its time. <paramref name="control"/> says which of our addresses it leaves from.</summary>
    public abstract bool Send(ReadOnlySpan<byte> message, ReadOnlySpan<byte> peer, ReadOnlySpan<byte> control);

    public void Dispose() => Socket.Dispose();

    protected abstract void Wake();

    protected abstract void Loop();

    /// <summary>The one catch-all of a query: a fault of ours costs that query an answer, never the thread.</summary>
    protected int Ask(ReadOnlySpan<byte> query, in QuerySource source, Span<byte> response)
    {
        try
        {
            return Responder.Respond(query, source, response);
        }
#pragma warning disable CA1031 // Whatever a stranger's octets provoke must not end the loop.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed(e);
            return ServerFailure.Write(query, response);
        }
    }
}
