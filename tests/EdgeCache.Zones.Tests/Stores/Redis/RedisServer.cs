using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace EdgeCache.Zones.Tests.Stores.Redis;

/// <summary>A redis-server of a test: its own port and folder, gone with the test. Skips the test where the program is not there.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-redis-").FullName;
    private readonly string[] _more;
    private Process? _process;

    public RedisServer(params string[] more)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "redis-server")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(path is not null, "redis-server is not on PATH");
        _more = more;
        Port = FreePort();
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port; // bound, so it has one
    }

    /// <summary>Sends the process a signal, such as STOP.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]); // started
        kill.WaitForExit();
    }

    public RedisServer Start()
    {
        _process = Process.Start(new ProcessStartInfo(
            "redis-server",
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", .. _more])
        { RedirectStandardOutput = true });
        _process!.OutputDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        for (var i = 0; i < 1_200 && !Answers(); i++)
        {
            Thread.Sleep(25);
        }

        return this;
    }

    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public string Cli(params string[] arguments)
    {
        using var cli = Process.Start(new ProcessStartInfo("redis-cli", ["-p", $"{Port}", .. arguments]) { RedirectStandardOutput = true })!;
        var text = cli.StandardOutput.ReadToEnd();
        cli.WaitForExit();
        return text.Trim();
    }

    public void Dispose()
    {
        Kill();
        Directory.Delete(_folder, recursive: true);
    }

    private bool Answers()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPAddress.Loopback, Port);
            socket.Send("PING\r\n"u8);
            var reply = new byte[64];
            return socket.Receive(reply) >= 5 && (reply.AsSpan().StartsWith("+PONG"u8) || reply.AsSpan().StartsWith("-NOAUTH"u8));
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
