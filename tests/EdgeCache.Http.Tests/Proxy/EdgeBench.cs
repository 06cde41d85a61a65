using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeCache.Http.Proxy;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Http.Tests.Proxy;

/// <summary>A running edge in this process, before an application of the test's choice. Real sockets on both sides.</summary>
internal sealed class EdgeBench : IAsyncDisposable
{
    /// <summary>How long a test waits for what must come; a busy machine may need it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly WebApplication _app;

    private EdgeBench(WebApplication app, FixedFollower follower, IPEndPoint endPoint)
    {
        _app = app;
        Follower = follower;
        EndPoint = endPoint;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.None, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri($"http://{endPoint}"),
            Timeout = Patience,
        };
    }

    public FixedFollower Follower { get; }

    public IPEndPoint EndPoint { get; }

    public HttpClient Http { get; }

    public EdgeCounters Counters => _app.Services.EdgeCounters();

    public IServiceProvider Services => _app.Services;

    public static async Task<EdgeBench> StartAsync(Uri upstream, Action<EdgeCacheOptions>? configure = null, TimeProvider? time = null, Func<FixedFollower, IFollower>? follow = null, CancellationToken cancellation = default)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddRouting();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenEdge(new IPEndPoint(IPAddress.Loopback, 0)));
        var options = new EdgeCacheOptions { NodeName = "edge-t", MemoryBytes = 64 << 20, ConnectTimeout = Patience, HeadTimeout = Patience };
        configure?.Invoke(options);
        var follower = new FixedFollower(time ?? TimeProvider.System, seed: 1, new ZoneDefinition(ZoneName.Parse("log.test"), ZonePolicy.Standard with { Authority = RouteAuthority.Log }));
        builder.Services.AddEdgeCache(options, follow?.Invoke(follower) ?? follower, upstream, new Random(1));
        var app = builder.Build();
        app.UseEdgeCache();
        await app.StartAsync(cancellation);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(a => !a.Contains("h2c") && !a.EndsWith(":0", StringComparison.Ordinal));
        return new EdgeBench(app, follower, new IPEndPoint(IPAddress.Loopback, new Uri(address).Port));
    }

    /// <summary>Sends bytes on a connection of their own and reads until the edge closes it.</summary>
    public async Task<string> RawAsync(string request, CancellationToken cancellation)
    {
        using var client = await RawClient.ConnectAsync(EndPoint, cancellation);
        await client.SendAsync(request, cancellation);
        return await client.ReadToEndAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _app.StopAsync(hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
    }
}

/// <summary>A client made of a socket.</summary>
internal sealed class RawClient(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    public StringBuilder Text { get; } = new();

    public static async Task<RawClient> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint, cancellation);
        return new RawClient(socket);
    }

    public async Task SendAsync(string text, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> bytes = Encoding.Latin1.GetBytes(text);
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellation)..];
        }
    }

    /// <summary>Says that no more will be sent; answers are still read.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until the text contains something; false when the connection ends before.</summary>
    public async Task<bool> ReadUntilAsync(string mark, CancellationToken cancellation)
    {
        while (!Text.ToString().Contains(mark, StringComparison.Ordinal))
        {
            if (!await ReadAsync(cancellation))
            {
                return false;
            }
        }

        return true;
    }

    public async Task<string> ReadToEndAsync(CancellationToken cancellation)
    {
        while (await ReadAsync(cancellation))
        {
        }

        return Text.ToString();
    }

    public void Dispose() => socket.Dispose();

    private async Task<bool> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var read = await socket.ReceiveAsync(_buffer, SocketFlags.None, cancellation).AsTask().WaitAsync(EdgeBench.Patience, cancellation);
            Text.Append(Encoding.Latin1.GetString(_buffer, 0, read));
            return read > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
