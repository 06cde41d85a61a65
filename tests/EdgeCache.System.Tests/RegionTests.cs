using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>Three origins with stores of their own in full mesh, each with an edge, and a read replica: as processes that are killed, cut off and healed.</summary>
public sealed class RegionTests : IAsyncLifetime
{
    private const int Base = 20920;
    private static readonly string[] Names = ["eu", "us", "ap"];
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-regions-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly Dictionary<string, ServedProgram> _programs = [];
    private WebApplication? _app;
    private int _version = 1;

    public async ValueTask InitializeAsync()
    {
        _app = WebApplication.CreateSlimBuilder().Build();
        _app.Urls.Add(App);
        _app.Run(context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            context.Response.Headers["Cache-Tag"] = "page";
            return context.Response.WriteAsync($"v{Volatile.Read(ref _version)}");
        });
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs.Values)
        {
            await program.DisposeAsync();
        }

        await (_app?.DisposeAsync() ?? default);
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Regions_KilledAndHealedUnderWrites_HoldTheSameAndLoseNothing()
    {
        await Task.WhenAll(StartAsync(0), StartAsync(1), StartAsync(2));
        foreach (var (zone, rule) in new[] { ("lww.test", "lww"), ("siblings.test", "siblings"), ("crdt.test", "crdt") })
        {
            await UntilAsync(async () => await SendAsync(HttpMethod.Put, 0, $"/zones/{zone}", $$"""{"conflict":"{{rule}}","historyLength":1000}""") is HttpStatusCode.Created or HttpStatusCode.OK, $"zone {zone}");
        }

        await UntilAsync(async () => await SendAsync(HttpMethod.Get, 1, "/zones/crdt.test") == HttpStatusCode.OK && await SendAsync(HttpMethod.Get, 2, "/zones/crdt.test") == HttpStatusCode.OK, "zones in all regions");
        await WarmAsync();
        var sum = 0;
        var kept = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            // One region is gone while the others go on; then it is back and the next goes.
            var away = round;
            await _programs[Names[away]].KillAsync();
            for (var n = 0; n < 12; n++)
            {
                var at = Enumerable.Range(0, 3).Where(r => r != away).ElementAt(n % 2);
                sum += await SendAsync(HttpMethod.Patch, at, "/zones/crdt.test/records/hits/DOC", """{"increment":1}""") is HttpStatusCode.OK or HttpStatusCode.Created ? 1 : 0;
                var value = $"r{round}n{n}";
                if (await SendAsync(HttpMethod.Put, at, "/zones/siblings.test/records/note/DOC", value) is HttpStatusCode.OK or HttpStatusCode.Created)
                {
                    kept.Add(value);
                }

                await SendAsync(HttpMethod.Put, at, "/zones/lww.test/records/price/DOC", value);
            }

            await _programs[Names[away]].DisposeAsync();
            await StartAsync(away);
        }

        Assert.Equal(36, sum);
        await UntilAsync(async () => (await DigestsAsync(0)).SequenceEqual(await DigestsAsync(1)) && (await DigestsAsync(0)).SequenceEqual(await DigestsAsync(2))
            && await TextAsync(2, "/zones/crdt.test/records/hits/DOC") == $"{sum}", "equal digests in all regions");
        for (var region = 0; region < 3; region++)
        {
            Assert.Equal($"{sum}", await TextAsync(region, "/zones/crdt.test/records/hits/DOC"));
            var siblings = await TextAsync(region, "/zones/siblings.test/records/note/DOC");
            Assert.All(kept, v => Assert.Contains(v, siblings, StringComparison.Ordinal));
            var at = region;
            await UntilAsync(async () => await VersionsAsync(at) == 36, $"every winner and loser in the history of {Names[region]}");
        }

        // Erased in one region, in the history of none.
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Post, 1, "/zones/lww.test/records/price/DOC/erase"));
        foreach (var region in Enumerable.Range(0, 3))
        {
            await UntilAsync(async () => await VersionsAsync(region) == 1, $"the erasure in {Names[region]}");
            Assert.Contains("\"erased\"", await TextAsync(region, "/zones/lww.test/records/price/DOC/history"), StringComparison.Ordinal);
        }

        // A purge in one region reaches the edges of all.
        await WarmAsync();
        Interlocked.Increment(ref _version);
        await SendAsync(HttpMethod.Post, 0, "/purge", """{"select":[{"tag":"page"}],"mode":"hard"}""");
        foreach (var region in Enumerable.Range(0, 3))
        {
            await UntilAsync(async () => await PageAsync(region) == $"v{_version}", $"the purge at the edge of {Names[region]}");
        }
    }

    [Fact]
    public async Task Replica_OfARegion_AnswersReadsWithThePrimarysPositionAndSendsWritesThere()
    {
        await StartAsync(0);
        var replica = $"http://127.0.0.1:{Base + 20}";
        _programs["replica"] = await ServedProgram.StartAsync(
            _folder, "(admin) ready", "origin", "--admin", replica, "--data", Path.Combine(_folder, "replica"), "--name", "replica", "--replica-of", Admin(0), "--replica-writes", "forward");
        await UntilAsync(async () => await SendAsync(HttpMethod.Put, 0, "/zones/shop.test", "{}") is HttpStatusCode.Created or HttpStatusCode.OK, "the zone");
        using var put = await _http.PutAsync($"{replica}/zones/shop.test/records/a/DOC", new StringContent("1"));
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
        var written = put.Headers.GetValues("Edge-Change").Single();
        Assert.Equal("1", await TextAsync(0, "/zones/shop.test/records/a/DOC"));
        using var primary = await _http.GetAsync($"{replica}/zones/shop.test/records/a/DOC?read=primary");
        Assert.Equal("1", await primary.Content.ReadAsStringAsync());
        await UntilAsync(
            async () =>
            {
                using var read = await _http.GetAsync($"{replica}/zones/shop.test/records/a/DOC?read=replica");
                return read.IsSuccessStatusCode && await read.Content.ReadAsStringAsync() == "1"
                    && read.Headers.TryGetValues("Edge-Position", out var at) && at.Single() == written.Replace("shop.test:", "shop.test@eu:", StringComparison.Ordinal);
            },
            "the replica's read with the primary's position");
        var nodes = await _http.GetStringAsync($"{replica}/nodes");
        Assert.Contains("\"replicator\"", nodes, StringComparison.Ordinal);
        Assert.Contains("edgecache_replication_entries_total", await _http.GetStringAsync($"{replica}/metrics"), StringComparison.Ordinal);
    }

    private static string Admin(int region) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Base + region}");

    private static string Edge(int region) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Base + 10 + region}");

    private static string App => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Base + 30}");

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        for (var i = 0; i < 600; i++)
        {
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }

            await Task.Delay(100);
        }

        Assert.Fail($"it did not come to: {what}");
    }

    private async Task StartAsync(int region)
    {
        var file = Path.Combine(_folder, $"{Names[region]}.json");
        var others = string.Join(", ", Enumerable.Range(0, 3).Where(r => r != region).Select(r => $$"""{ "from": "{{Admin(r)}}" }"""));
        await File.WriteAllTextAsync(file, $$"""
            {
              "store": { "data": "{{Path.Combine(_folder, Names[region])}}", "region": "{{Names[region]}}" },
              "origin": { "name": "origin-{{Names[region]}}", "admin": { "listen": "{{Admin(region)}}" }, "replicate": [{{others}}] },
              "edges": [{ "name": "edge-{{Names[region]}}", "listen": ["{{Edge(region)}}"], "upstream": "{{App}}" }]
            }
            """);
        var program = await ServedProgram.StartAsync(_folder, "(admin) ready", "--config", file);
        lock (_programs)
        {
            _programs[Names[region]] = program;
        }

        await UntilAsync(async () => await SendAsync(HttpMethod.Get, region, "/zones") == HttpStatusCode.OK, $"{Names[region]} answers");
    }

    private async Task WarmAsync()
    {
        foreach (var region in Enumerable.Range(0, 3))
        {
            await UntilAsync(
                async () =>
                {
                    using var answer = await _http.GetAsync(Edge(region) + "/page");
                    return answer.Headers.TryGetValues("Cache-Status", out var status) && status.Single().Contains("; hit", StringComparison.Ordinal);
                },
                $"a hit at the edge of {Names[region]}");
        }
    }

    private Task<string> PageAsync(int region) => _http.GetStringAsync(Edge(region) + "/page");

    private async Task<HttpStatusCode> SendAsync(HttpMethod method, int region, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, Admin(region) + path);
        if (body is not null)
        {
            request.Content = new StringContent(body, null, path.Contains("/records/", StringComparison.Ordinal) && method == HttpMethod.Put ? "text/plain" : "application/json");
        }

        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<string> TextAsync(int region, string path)
    {
        using var answer = await _http.GetAsync(Admin(region) + path);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<int> VersionsAsync(int region)
    {
        using var history = JsonDocument.Parse(await TextAsync(region, "/zones/lww.test/records/price/DOC/history"));
        return history.RootElement.GetProperty("records").GetArrayLength();
    }

    private async Task<IReadOnlyList<string>> DigestsAsync(int region)
    {
        var all = new List<string>();
        foreach (var zone in new[] { "lww.test", "siblings.test", "crdt.test" })
        {
            using var digests = JsonDocument.Parse(await TextAsync(region, $"/replication/{zone}/digests"));
            all.AddRange(digests.RootElement.EnumerateArray().Select(d => d.GetRawText()));
        }

        return all;
    }
}
