using EdgeCache.Client;
using EdgeCache.Configuration;
using EdgeCache.Hosting;
using EdgeCache.Shop;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeCache.Nodes;

/// <summary>The demonstration shop as a node of its own listener.</summary>
internal sealed class ShopNode : INode
{
    private readonly NodeContext _context;
    private readonly ShopOptions _options;
    private WebApplication? _app;

    public ShopNode(NodeContext context, ShopOptions options)
    {
        _context = context;
        _options = options;
    }

    public string Name => "shop";

    public Task StartAsync(CancellationToken cancellation) => _context.TryOpenAsync(Name, _options.Listen, async () =>
    {
        _ = ListenAddress.TryParse(_options.Listen, out var address);
        var builder = WebHost.CreateBuilder(_context, [address!]); // Checked when the options were.
        builder.Services.AddHttpClient<EdgeCacheClient>(http => Configure(http, _options.Admin));
        _app = builder.Build();
        _app.MapShop(new ProductList(_context.Time), _app.Services.GetRequiredService<EdgeCacheClient>(), _context.Time);
        await _app.StartAsync(cancellation).ConfigureAwait(false);
        NodeContext.Ready(Name, _options.Listen);
    });

    public Task StopAsync(CancellationToken hurry) => _app?.StopAsync(hurry) ?? Task.CompletedTask;

    private static void Configure(HttpClient http, string admin)
    {
        http.BaseAddress = new Uri(admin.TrimEnd('/') + "/");
        http.Timeout = TimeSpan.FromSeconds(5);
        if (new AdminOptions().ReadToken() is { } token)
        {
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }
    }
}
