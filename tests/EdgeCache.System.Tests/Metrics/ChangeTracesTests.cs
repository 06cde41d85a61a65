using Xunit;

namespace EdgeCache.System.Tests.Metrics;

/// <summary>What a collector sees of one change on a running origin with an edge.</summary>
public sealed class ChangeTracesTests : IDisposable
{
    private const int CollectorPort = 20886;
    private const string Admin = "http://127.0.0.1:22751";
    private const string Edge = "http://127.0.0.1:22752";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-traces-").FullName;
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Trace_OfAPurge_LinksEachNodesApplyAndTheFirstFreshAnswerToThePublish()
    {
        await using var collector = await OtlpCollector.StartAsync(CollectorPort);
        await using var program = await StartAsync();
        var page = new Uri($"{Edge}/products/1");
        await Eventually.HoldsAsync(async () => (await StatusAsync(page)).Contains("hit", StringComparison.Ordinal));
        var purge = await ServedProgram.RunAsync(_folder, "purge", "--tag", "product-1", "--admin", Admin);
        Assert.True(purge.Exit == 0, purge.Error);
        await Eventually.HoldsAsync(async () =>
        {
            await StatusAsync(page);
            return collector.Spans.Any(s => s.Name == "first-fresh") && collector.Spans.Count(s => s.Name == "apply") >= 2;
        });

        // One purge of several zones is one trace with a publish for each; what is below hangs on one of them.
        var published = collector.Spans.Where(s => s.Name == "publish").ToDictionary(s => s.Span);
        Assert.NotEmpty(published);
        Assert.All(published.Values, s => Assert.Equal("", s.Parent));
        var below = collector.Spans.Where(s => s.Name is "apply" or "first-fresh").ToList();
        Assert.All(below, s => Assert.Equal([s.Parent], s.Links));
        Assert.All(below, s => Assert.Equal(published[s.Parent].Trace, s.Trace));
    }

    private async Task<string> StatusAsync(Uri page)
    {
        using var answer = await _http.GetAsync(page, TestContext.Current.CancellationToken);
        return string.Join(", ", answer.Headers.TryGetValues("Cache-Status", out var status) ? status : []);
    }

    private async Task<ServedProgram> StartAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "traced.json"), $$"""
            {
              "store": { "data": "data" },
              "origin": { "admin": { "listen": "{{Admin}}" } },
              "edges": [ { "name": "edge-a", "listen": [ "{{Edge}}" ], "upstream": "http://127.0.0.1:22753" } ],
              "shop": { "listen": "http://127.0.0.1:22753" },
              "zones": { "shop.test": { "hosts": [ "127.0.0.1" ] } }
            }
            """);
        var collected = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{CollectorPort}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        };
        return await ServedProgram.StartAsync(_folder, collected, "(admin) ready", "--config", "traced.json");
    }
}
