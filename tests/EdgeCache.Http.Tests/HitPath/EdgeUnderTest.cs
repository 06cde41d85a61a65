using System.Net;
using System.Net.Sockets;
using EdgeCache.Http.Fetching;
using EdgeCache.Http.Proxy;
using EdgeCache.Zones.Following;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

/// <summary>A whole edge on a port of its own before an application on another, both in this process and real.</summary>
public sealed class EdgeUnderTest : IAsyncLifetime
{
    private WebApplication? _app;
    private WebApplication? _edge;

    internal EdgeNode Node => _edge!.Services.GetRequiredService<EdgeNode>(); // Set when started.

    /// <summary>What is special about this edge.</summary>
    public Action<EdgeCacheOptions> Configure { get; init; } = static _ => { };

    public FixedFollower Follower { get; } = new(TimeProvider.System, seed: 1);

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    public Uri Address => new($"http://{EndPoint}");

    /// <summary>Requests that the application has seen.</summary>
    public int AppRequests => _appRequests;

    private int _appRequests;

    public async ValueTask InitializeAsync()
    {
        _app = Build(kestrel => kestrel.Listen(IPAddress.Loopback, 0), _ => { });
        _app.Run(AnswerAsync);
        await _app.StartAsync();
        var upstream = new Uri(Addresses(_app).Single());

        var options = new EdgeCacheOptions { NodeName = "edge-t", MemoryBytes = 64 << 20 };
        Configure(options);
        _edge = Build(
            kestrel => kestrel.ListenEdge(new IPEndPoint(IPAddress.Loopback, 0)),
            services => services.AddEdgeCache(options, Follower, upstream, new Random(1)));
        _edge.UseEdgeCache();
        await _edge.StartAsync();
        EndPoint = IPEndPoint.Parse(new Uri(Addresses(_edge).Single(a => !a.Contains('('))).Authority); // The other one is lent.
    }

    public async ValueTask DisposeAsync()
    {
        await _edge!.DisposeAsync();
        await _app!.DisposeAsync();
    }

    /// <summary>A connection that knows nothing of HTTP.</summary>
    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Makes sure that a path of <c>shop.test</c> is stored.</summary>
    public async Task FillAsync(string path)
    {
        using var client = new HttpClient();
        for (var i = 0; i < 200; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, path)) { Headers = { Host = "shop.test" } };
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            if (answer.Headers.GetValues("Cache-Status").Last().Contains("; hit", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"{path} does not become a hit");
    }

    private static WebApplication Build(Action<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions> listen, Action<IServiceCollection> more)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(listen);
        more(builder.Services);
        return builder.Build();
    }

    private static ICollection<string> Addresses(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

    /// <summary><c>/bytes/N</c> is cacheable, <c>/vary/N</c> too and varies, <c>/private/N</c> is not; a POST is echoed.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _appRequests);
        if (context.Request.Method == "POST")
        {
            await context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
            return;
        }

        var parts = context.Request.Path.Value!.Split('/'); // A request has a path.
        var length = int.Parse(parts[2].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers.CacheControl = parts[1] == "private" ? "private" : "max-age=3600";
        context.Response.Headers.ETag = $"\"{length}\"";
        context.Response.ContentType = "text/plain";
        if (parts[1] == "vary")
        {
            context.Response.Headers.Vary = "Accept-Encoding";
        }

        context.Response.ContentLength = length;
        await context.Response.Body.WriteAsync(Body(length), context.RequestAborted);
    }

    /// <summary>The body of a length.</summary>
    public static byte[] Body(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)('a' + (i % 23)))];
}
