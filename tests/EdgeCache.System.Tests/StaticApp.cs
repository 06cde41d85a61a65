using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeCache.System.Tests;

/// <summary>An application that says hello on every path, cacheable for a minute.</summary>
internal sealed class StaticApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    public StaticApp(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(url);
        _app.Run(static context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            return context.Response.WriteAsync("hello");
        });
    }

    public Task StartAsync() => _app.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
