using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EdgeCache.AspNetCore.Tests;

/// <summary>An ordinary application with tags, asked over a socket.</summary>
public sealed class CacheTagTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private WebApplication? _app;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddCacheTags();
        builder.Services.AddControllers().ConfigureApplicationPartManager(p => p.ApplicationParts.Clear()).AddApplicationPart(typeof(TaggedController).Assembly);
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapGet("/products/{id}", (string id) => id).WithCacheTags("product-{id}", "catalogue");
        _app.MapGet("/attributed/{id}", [CacheTag("product-{id}")] (int id) => id);
        _app.MapGet("/list", (HttpContext context) =>
        {
            context.Response.Headers["Cache-Tag"] = "own";
            context.AddCacheTags("product-1", "product-2", "product-1");
            return "list";
        });
        _app.MapGet("/many/{count:int}", (HttpContext context, int count) =>
        {
            context.AddCacheTags(Enumerable.Range(0, count).Select(i => $"t{i}"));
            return "many";
        });
        _app.MapGet("/plain", () => "plain");
        var group = _app.MapGroup("/group").WithCacheTags("group");
        group.MapGet("/{id}", (int id) => id).WithCacheTags("item-{id}");
        _app.MapControllers();
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app!.DisposeAsync(); // Made before any test.
    }

    [Theory]
    [InlineData("/products/42", "product-42,catalogue")]
    [InlineData("/attributed/7", "product-7")]
    [InlineData("/list", "own,product-1,product-2")]
    [InlineData("/group/3", "group,item-3")]
    [InlineData("/mvc/9", "all,product-9")]
    [InlineData("/plain", null)]
    public async Task Answer_OfATaggedEndpoint_CarriesItsTags(string path, string? tags)
    {
        using var answer = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(tags, Header(answer, "Cache-Tag"));
        Assert.Null(Header(answer, "EdgeCache-Control"));
    }

    [Theory]
    [InlineData("/products/a%2Cb")]
    [InlineData("/products/caf%C3%A9")]
    [InlineData("/many/1001")]
    public async Task Answer_ThatCannotBeTagged_IsNotCachedByEdges(string path)
    {
        using var answer = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(Header(answer, "Cache-Tag"));
        Assert.Equal("no-store", Header(answer, "EdgeCache-Control"));
    }

    [Fact]
    public void WithCacheTags_OfABadTemplate_FailsAtStart() =>
        Assert.Throws<ArgumentException>(() => _app!.MapGet("/bad", () => "").WithCacheTags("product-{")); // Made before any test.

    private Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(_app!.Urls.First() + path, TestContext.Current.CancellationToken); // Made before any test.

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}

/// <summary>A controller as applications have them.</summary>
[ApiController]
[CacheTag("all")]
public sealed class TaggedController : ControllerBase
{
    [HttpGet("/mvc/{id:int}")]
    [CacheTag("product-{id}")]
    public OkObjectResult Detail(int id) => Ok(id);
}
