using System.Net;
using System.Net.Http.Json;
using EdgeCache.Http;
using EdgeCache.Zones.Following;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace EdgeCache.Http.Tests.Embedding;

/// <summary>Somebody's own YARP application, with the cache added, before a real application.</summary>
public sealed class EmbeddedCacheTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-embedded-").FullName;
    private readonly HttpClient _http = new();
    private WebApplication? _shop;
    private WebApplication? _edge;
    private int _asked;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _shop = Application().Build();
        _shop.Urls.Add("http://127.0.0.1:0");
        _shop.MapGet("/products/{id}", (HttpContext context, int id) =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers["Cache-Tag"] = $"product-{id}";
            return $"{id} v{Interlocked.Increment(ref _asked)}";
        });
        await _shop.StartAsync();
        _edge = Edge();
        await _edge.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _edge!.DisposeAsync(); // Both are made before any test.
        await _shop!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Page_MissThenHitThenPurged_IsFetchedAnew()
    {
        Assert.Equal(("1 v1", "edge; fwd=uri-miss; fwd-status=200; stored"), await GetAsync("/products/1"));
        var hit = await HitAsync("/products/1");
        using var purge = await _http.PostAsJsonAsync(Url("/edgecache/purge"), new { select = new[] { new { tag = "product-1" } } }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, purge.StatusCode);
        Assert.Matches("^default:[0-9a-f]{16}:1$", Assert.Single(purge.Headers.GetValues("Edge-Change")));
        Assert.NotEqual(hit, (await GetAsync("/products/1")).Body);
    }

    [Fact]
    public async Task PurgeTag_FromInsideTheApplication_HoldsWhenItReturns()
    {
        await GetAsync("/products/2");
        var before = (await GetAsync("/products/2")).Body;
        await _edge!.Services.GetRequiredService<EdgePurger>().PurgeTagAsync("product-2", Cancellation); // Made before any test.
        Assert.NotEqual(before, (await GetAsync("/products/2")).Body);
    }

    /// <summary>The destination is YARP's to choose, so here the request that meets a page that is possibly old fetches it behind its answer, when there is a permit (PLANE.md 6).</summary>
    [Fact]
    public async Task Page_PossiblyOld_IsServedSoAndFetchedBehindItsReaders()
    {
        await GetAsync("/products/4");
        var before = await HitAsync("/products/4");
        var zone = _edge!.Services.GetRequiredService<Http.Embedding.EmbeddedCache>().Running.Follower.Zones.Fallback; // Made before any test.
        new FixedFollower(TimeProvider.System, seed: 1).ReadAnew(zone, TimeProvider.System.GetTimestamp(), TimeSpan.FromHours(1));
        Assert.Equal((before, "edge; hit; ttl=0; detail=possibly-old"), await GetAsync("/products/4"));
        var began = TimeProvider.System.GetTimestamp();
        while (await HitAsync("/products/4") == before)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), "it was not fetched");
        }
    }

    [Fact]
    public async Task Middleware_OfTheApplication_SeesHitsToo()
    {
        await GetAsync("/products/3");
        using var refused = new HttpRequestMessage(HttpMethod.Get, Url("/products/3")) { Headers = { { "X-Refuse", "1" } } };
        using var answer = await _http.SendAsync(refused, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Purge_OfWhatSelectsNothing_SaysWhatIsAllowed()
    {
        foreach (var body in new[] { "{}", "[]", "{\"select\":[{}]}", "{\"select\":[{\"tag\":1}]}", "{\"select\":[{\"all\":true}],\"mode\":7}", "nonsense", "{\"select\":[{\"tag\":\"\"}]}", "{\"select\":[{\"tag\":\"\\ud800\"}]}" })
        {
            using var content = new StringContent(body);
            using var answer = await _http.PostAsync(Url("/edgecache/purge"), content, Cancellation);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("select", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Purge_LongerThanTheLimit_IsRefused()
    {
        using var content = new StringContent(new string(' ', 300_000));
        using var answer = await _http.PostAsync(Url("/edgecache/purge"), content, Cancellation);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Purge_WithAToken_IsTakenFromNobodyElse()
    {
        await using var guarded = Edge("g", o => o.PurgeToken = "0123456789abcdef");
        await guarded.StartAsync(Cancellation);
        using var without = await _http.PostAsJsonAsync($"{guarded.Urls.First()}/edgecache/purge", new { select = new[] { new { all = true } } }, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{guarded.Urls.First()}/edgecache/purge") { Content = JsonContent.Create(new { select = new[] { new { all = true } } }) };
        request.Headers.Authorization = new("Bearer", "0123456789abcdef");
        using var with = await _http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
    }

    [Fact]
    public void Options_ThatAreNotGood_AreRefusedAllAtOnce()
    {
        var fault = Assert.Throws<ArgumentException>(() => Application().Services.AddReverseProxy().AddEdgeCache(o => (o.NodeName, o.PurgeToken) = ("1", "short")));
        Assert.Contains("NodeName", fault.Message, StringComparison.Ordinal);
        Assert.Contains("PurgeToken", fault.Message, StringComparison.Ordinal);
    }

    private WebApplication Edge(string name = "edge", Action<EmbeddedCacheOptions>? configure = null)
    {
        var builder = Application();
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [new RouteConfig { RouteId = "all", ClusterId = "shop", Match = new RouteMatch { Path = "/{**rest}" } }],
                [new ClusterConfig { ClusterId = "shop", Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = _shop!.Urls.First() } } }]) // Made first.
            .AddEdgeCache(o =>
            {
                (o.NodeName, o.Data) = (name, Path.Combine(_folder, name));
                configure?.Invoke(o);
            });
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            if (context.Request.Headers.ContainsKey("X-Refuse"))
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            }

            return next(context);
        });
        app.MapReverseProxy();
        app.MapEdgeCachePurge();
        return app;
    }

    private static WebApplicationBuilder Application()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        return builder;
    }

    private string Url(string path) => _edge!.Urls.First() + path; // Made before any test.

    private async Task<(string Body, string Status)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(Url(path), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadAsStringAsync(Cancellation), string.Join(", ", answer.Headers.GetValues("Cache-Status")));
    }

    /// <summary>The body of the first answer from the store: on a busy machine the log may be too old to serve from at once.</summary>
    private async Task<string> HitAsync(string path)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (body, status) = await GetAsync(path);
            if (status.StartsWith("edge; hit; ttl=", StringComparison.Ordinal))
            {
                return body;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), status);
            await Task.Delay(20, Cancellation);
        }
    }
}
