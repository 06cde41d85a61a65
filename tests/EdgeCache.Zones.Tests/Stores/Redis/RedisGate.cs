using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeCache.Zones.Tests.Stores.Redis;

/// <summary>An address that leads to one server or another, as a failover moves it; what asks a server how it keeps its data can be held back on the way.</summary>
internal sealed class RedisGate : IAsyncDisposable
{
    private static readonly byte[] _question = Encoding.ASCII.GetBytes("appendfsync");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource _questions = Passing();
    private volatile int _port;

    public RedisGate(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Where new connections lead.</summary>
    public void LeadTo(int port) => _port = port;

    /// <summary>Nobody learns how the server keeps its data until <see cref="LetQuestions"/>.</summary>
    public void HoldQuestions() => _questions = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetQuestions() => _questions.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        LetQuestions();
        await _closed.CancelAsync();
        _listener.Stop();
        await _accepting;
        _closed.Dispose();
    }

    private static TaskCompletionSource Passing()
    {
        var passing = new TaskCompletionSource();
        passing.SetResult();
        return passing;
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_closed.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var from = client;
        using var to = new TcpClient();
        try
        {
            await to.ConnectAsync(IPAddress.Loopback, _port, _closed.Token);
            await Task.WhenAny(CopyAsync(from.GetStream(), to.GetStream(), true), CopyAsync(to.GetStream(), from.GetStream(), false));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool asks)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReadAsync(buffer, _closed.Token) is > 0 and var read)
            {
                if (asks && buffer.AsSpan(0, read).IndexOf(_question) >= 0)
                {
                    await _questions.Task;
                }

                await to.WriteAsync(buffer.AsMemory(0, read), _closed.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
        }
    }
}
