using System.Diagnostics;
using System.Net.Sockets;

namespace EdgeCache.System.Tests.Redis;

/// <summary>One <c>redis-server</c> in a folder of its own.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly Process _process;

    private RedisServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; private set; }

    public static async Task<RedisServer> StartAsync(int port, string folder, params string[] more)
    {
        var process = Process.Start(new ProcessStartInfo(
            "redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--enable-debug-command", "local", .. more])
        { RedirectStandardOutput = true })!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        await Eventually.HoldsAsync(async () =>
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", port);
            return true;
        });
        return new RedisServer(process, port);
    }

    public async Task<string> CliAsync(params string[] arguments)
    {
        using var cli = Process.Start(new ProcessStartInfo("redis-cli", ["-p", $"{Port}", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await cli.StandardOutput.ReadToEndAsync();
        await cli.WaitForExitAsync();
        return said;
    }

    /// <summary>It listens on another port from now on.</summary>
    public async Task MoveAsync(int port)
    {
        await Eventually.HoldsAsync(async () => (await CliAsync("CONFIG", "SET", "port", $"{port}")).StartsWith("OK", StringComparison.Ordinal));
        Port = port;
    }

    /// <summary>All connections end, of clients and of those that wait for hints.</summary>
    public async Task KillConnectionsAsync()
    {
        await CliAsync("CLIENT", "KILL", "TYPE", "normal");
        await CliAsync("CLIENT", "KILL", "TYPE", "pubsub");
    }

    /// <summary>Neither answers nor goes away for a while.</summary>
    public async Task StopAsync(TimeSpan time)
    {
        await SignalAsync("-STOP");
        await Task.Delay(time);
        await SignalAsync("-CONT");
    }

    /// <summary>kill -9.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
