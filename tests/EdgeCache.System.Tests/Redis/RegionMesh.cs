using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EdgeCache.System.Tests.Redis;

/// <summary>Three regions, each a Redis and a process with an origin, its replicators from the two others and an edge; one application behind all edges. Ports from <c>basePort</c> on.</summary>
internal sealed class RegionMesh(int basePort) : IAsyncDisposable
{
    public static readonly string[] Names = ["eu", "us", "ap"];
    public static readonly string[] Zones = ["lww.test", "siblings.test", "crdt.test"];
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-mesh-").FullName;
    private readonly RedisServer?[] _redis = new RedisServer?[Names.Length];
    private readonly ServedProgram?[] _programs = new ServedProgram?[Names.Length];
    private WebApplication? _app;
    private int _version = 1;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>What the application answers now, on every path.</summary>
    public int Version => Volatile.Read(ref _version);

    private string App => Url(9);

    public string Admin(int region) => Url(3 + region);

    public RedisServer Redis(int region) => _redis[region]!; // Started before.

    public ServedProgram Program(int region) => _programs[region]!; // Started before.

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(App);
        _app.Run(context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            context.Response.Headers["Cache-Tag"] = "page";
            return context.Response.WriteAsync($"v{Version}");
        });
        await _app.StartAsync();
        for (var region = 0; region < Names.Length; region++)
        {
            await StartRedisAsync(region);
            await StartProgramAsync(region);
        }

        foreach (var (zone, rule) in Zones.Zip(["lww", "siblings", "crdt"]))
        {
            await Eventually.HoldsAsync(async () => await SendAsync(HttpMethod.Put, 0, $"/zones/{zone}", $$"""{"conflict":"{{rule}}","historyLength":1000}"""));
        }

        for (var region = 1; region < Names.Length; region++)
        {
            var at = region;
            await Eventually.HoldsAsync(async () => (await Task.WhenAll(Zones.Select(z => SendAsync(HttpMethod.Get, at, $"/zones/{z}")))).All(there => there));
        }
    }

    public async Task StartRedisAsync(int region) =>
        _redis[region] = await RedisServer.StartAsync(basePort + region, Directory.CreateDirectory(Path.Combine(_folder, Names[region])).FullName, "--appendonly", "yes", "--appendfsync", "always");

    public async Task StartProgramAsync(int region)
    {
        var file = Path.Combine(_folder, $"{Names[region]}.json");
        var others = string.Join(", ", Enumerable.Range(0, Names.Length).Where(r => r != region).Select(r => $$"""{ "from": "{{Admin(r)}}" }"""));
        await File.WriteAllTextAsync(file, $$"""
            {
              "store": { "redis": "127.0.0.1:{{basePort + region}}", "region": "{{Names[region]}}" },
              "origin": { "name": "origin-{{Names[region]}}", "admin": { "listen": "{{Admin(region)}}" }, "replicate": [{{others}}] },
              "edges": [{ "name": "edge-{{Names[region]}}", "listen": ["{{Edge(region)}}"], "upstream": "{{App}}" }]
            }
            """);
        _programs[region] = await ServedProgram.StartAsync(_folder, "(admin) ready", "--config", file);
    }

    /// <summary>The application's answers are new from here on.</summary>
    public int Change() => Interlocked.Increment(ref _version);

    /// <summary>True when it was taken. A change id makes it one change however often it is sent.</summary>
    public async Task<bool> SendAsync(HttpMethod method, int region, string path, string? body = null, string? changeId = null)
    {
        using var request = new HttpRequestMessage(method, Admin(region) + path);
        if (body is not null)
        {
            request.Content = new StringContent(body, null, method == HttpMethod.Put && changeId is not null ? "text/plain" : "application/json");
        }

        if (changeId is not null)
        {
            request.Headers.TryAddWithoutValidation("Edge-Change", changeId);
        }

        using var answer = await Http.SendAsync(request);
        return answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.MultipleChoices;
    }

    public async Task<string> TextAsync(int region, string path)
    {
        using var answer = await Http.GetAsync(Admin(region) + path);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>The digests of all records of a zone, each as the text the region gives.</summary>
    public async Task<string> DigestsAsync(int region, string zone)
    {
        using var digests = JsonDocument.Parse(await TextAsync(region, $"/replication/{zone}/digests"));
        return string.Join('\n', digests.RootElement.EnumerateArray().Select(d => d.GetRawText()));
    }

    public async Task<(string Status, string Body)> PageAsync(int region)
    {
        using var answer = await Http.GetAsync(Edge(region) + "/page");
        return (answer.Headers.GetValues("Cache-Status").Single(), await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs.OfType<IAsyncDisposable>().Concat(_redis.OfType<IAsyncDisposable>()))
        {
            await program.DisposeAsync();
        }

        await (_app?.DisposeAsync() ?? default);
        Http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Edge(int region) => Url(6 + region);

    private string Url(int offset) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{basePort + offset}");
}
