using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeCache.Http.Tests.Proxy;

/// <summary>An application made of a socket and a script: what it answers is bytes, and nothing is checked for it.</summary>
internal sealed class RawOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<OriginExchange, Task> _script;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Task _accepting;
    private int _connections;

    /// <summary>Listens; the script is run for each request.</summary>
    public RawOrigin(Func<OriginExchange, Task> script)
    {
        _script = script;
        _listener.Start(1024);
        _accepting = AcceptAsync();
    }

    /// <summary>Always the same bytes.</summary>
    public RawOrigin(string answer)
        : this(exchange => exchange.SendAsync(answer))
    {
    }

    public Uri Uri => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Heads (and bodies) in the order they came.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptSocketAsync(_stop.Token);
            _sockets.Add(socket);
            Interlocked.Increment(ref _connections);
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            var text = new StringBuilder();
            while (await ReadRequestAsync(socket, text) is { } request)
            {
                _requests.Enqueue(request);
                var exchange = new OriginExchange(socket, request, _stop.Token);
                await _script(exchange);
                if (exchange.IsClosed)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The edge or the test has ended the connection.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private async Task<string?> ReadRequestAsync(Socket socket, StringBuilder text)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            if (Complete(text.ToString()) is { } length)
            {
                var request = text.ToString(0, length);
                text.Remove(0, length);
                return request;
            }

            var read = await socket.ReceiveAsync(buffer, SocketFlags.None, _stop.Token);
            if (read == 0)
            {
                return null;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    private static int? Complete(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        var head = text[..(end + 4)];
        if (head.Contains("\r\nTransfer-Encoding: chunked\r\n", StringComparison.OrdinalIgnoreCase))
        {
            var last = text.IndexOf("0\r\n\r\n", end + 4, StringComparison.Ordinal);
            return last < 0 ? null : last + 5;
        }

        var length = head.Split("\r\n").FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))?[15..];
        var whole = head.Length + int.Parse(length ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        return text.Length >= whole ? whole : null;
    }
}

/// <summary>One request and the bytes that answer it.</summary>
internal sealed class OriginExchange(Socket socket, string request, CancellationToken stop)
{
    public string Request => request;

    public string Target => request.Split(' ')[1];

    public CancellationToken Stop => stop;

    public bool IsClosed { get; private set; }

    public string? Field(string name) =>
        request.Split("\r\n").FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    public async Task SendAsync(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None, stop);
        }
    }

    /// <summary>Reads bytes that are no request.</summary>
    public async Task<string> ReceiveAsync(int count)
    {
        var buffer = new byte[count];
        for (var got = 0; got < count;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(got), SocketFlags.None, stop);
            got = read == 0 ? count : got + read;
        }

        return Encoding.Latin1.GetString(buffer);
    }

    /// <summary>A clean end.</summary>
    public void Close()
    {
        IsClosed = true;
        socket.Shutdown(SocketShutdown.Both);
    }

    /// <summary>A reset.</summary>
    public void Reset()
    {
        IsClosed = true;
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }
}
