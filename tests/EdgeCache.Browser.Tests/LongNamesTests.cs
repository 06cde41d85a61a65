using System.Text;
using EdgeCache.System.Tests;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeCache.Browser.Tests;

/// <summary>Nodes, zones, tags and records with the longest names there can be, and contents that would like to be markup: no page grows wider than its window, and text stays text.</summary>
public sealed class LongNamesTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string Admin = "http://127.0.0.1:24860";
    private const string Hostile = "<img src=x onerror=document.title='taken'>";
    private static readonly string Node = "edge-" + new string('n', 59);
    private static readonly string Name = $"{new string('a', 63)}.{new string('b', 63)}.{new string('c', 60)}";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-names-").FullName;
    private readonly HttpClient _http = new() { BaseAddress = new Uri(Admin) };
    private ServedProgram? _program;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var zones = string.Join(", ", Enumerable.Range(0, 20).Select(i => $"\"zone-{i}.{new string('z', 60)}.example\": {{}}"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "edgecache.json"), $$"""
            {
              "store": { "data": "data" },
              "zones": { "shop.test": { "hosts": ["127.0.0.1"] }, {{zones}} },
              "origin": { "admin": { "listen": "{{Admin}}" } },
              "edges": [ { "name": "{{Node}}", "listen": ["http://127.0.0.1:24861"], "upstream": "http://127.0.0.1:24869" } ]
            }
            """);
        _program = await ServedProgram.StartAsync(_folder, "ready", "--config", "edgecache.json");
        using var publish = await _http.PutAsync($"/zones/shop.test/records/{Name}/DOC", new StringContent(Hostile + new string('v', 2_000), Encoding.UTF8, "text/html"), Cancellation);
        publish.EnsureSuccessStatusCode();
        using var purge = await _http.PostAsync("/purge", new StringContent($$"""{"zone":"shop.test","select":[{"tag":"{{Hostile}}{{new string('q', 200)}}"}]}""", Encoding.UTF8, "application/json"), Cancellation);
        purge.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await (_program?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(1280)]
    public async Task Page_WithTheLongestNames_StaysWithinItsWindow(int width)
    {
        var (page, errors) = await browser.OpenAsync(width, 900);
        foreach (var (place, shown) in new[]
        {
            ("/", page.GetByText(Hostile).First),
            ($"/#/records?zone=shop.test&record={Name}/DOC", page.GetByText(Hostile).First),
            ($"/#/explain?q={Name}.shop.test&type=DOC", page.GetByRole(AriaRole.Heading, new() { Name = "Explain" })),
        })
        {
            await page.GotoAsync($"{Admin}{place}");
            await Expect(shown).ToBeAttachedAsync(new() { Timeout = 30_000 });
            await Expect(page.GetByRole(AriaRole.Status).First).ToHaveTextAsync("live", new() { Timeout = 30_000 });
            Assert.InRange(await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
            Assert.DoesNotContain("taken", await page.TitleAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(errors);
    }
}
