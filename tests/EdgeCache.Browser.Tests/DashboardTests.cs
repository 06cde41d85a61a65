using System.Net;
using System.Text;
using EdgeCache.System.Tests;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeCache.Browser.Tests;

/// <summary>What a person does with the dashboard, in a real browser, against the real program with two edges.</summary>
public sealed class DashboardTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string Admin = "http://127.0.0.1:24980";
    private const string EdgeUrl = "http://127.0.0.1:24981";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-browser-").FullName;
    private readonly HttpClient _http = new();
    private readonly LocatorAssertionsToBeVisibleOptions _patient = new() { Timeout = 30_000 };
    private ServedProgram? _program;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "edgecache.json"), $$"""
            {
              "store": { "data": "data" },
              "zones": { ".": {}, "test": {}, "shop.test": { "hosts": ["127.0.0.1"] } },
              "origin": { "admin": { "listen": "{{Admin}}" } },
              "shop": { "listen": "http://127.0.0.1:24990", "admin": "{{Admin}}" },
              "edges": [
                { "name": "edge-a", "listen": ["{{EdgeUrl}}"], "upstream": "http://127.0.0.1:24990" },
                { "name": "edge-b", "listen": ["http://127.0.0.1:24982"], "upstream": "http://127.0.0.1:24990" }
              ]
            }
            """);
        _program = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _program!.DisposeAsync(); // Started before any test.
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Propagation_APurge_ShowsOnEveryNodeWithItsFirstFreshAnswer()
    {
        var (page, errors) = await browser.OpenAsync();
        await page.GotoAsync($"{Admin}/");
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("edge-a \\(edge, ") })).ToBeVisibleAsync(_patient);
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("live", new() { Timeout = 30_000 });
        await GetAsync("/products/1");
        using var purge = await PostAsync("/purge", """{"zone":"shop.test","select":[{"tag":"product-1"}]}""");
        purge.EnsureSuccessStatusCode();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("tag product-1.*3 of 3 nodes") })).ToBeVisibleAsync(_patient);
        await GetAsync("/products/1");
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("edge-a: applied after .*, first fresh answer after .*edge-b: applied") })).ToBeVisibleAsync(_patient);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Charts_ByZone_HaveALineForEachZoneThatPagesWereAskedOf()
    {
        var (page, errors) = await browser.OpenAsync();
        await page.GotoAsync($"{Admin}/dashboard/");
        await GetAsync("/products/1");
        var chart = page.GetByRole(AriaRole.Img, new() { NameRegex = new("^Hit ratio of the last ten minutes for ") });
        await Expect(chart).ToHaveAttributeAsync("aria-label", new global::System.Text.RegularExpressions.Regex("edge-a"), new() { Timeout = 30_000 });
        var lines = page.GetByLabel("Lines of the charts");
        await Expect(lines.GetByText("shop.test, a line for each node")).ToBeAttachedAsync(new() { Timeout = 30_000 });
        await lines.SelectOptionAsync("*");
        await Expect(chart).ToHaveAttributeAsync("aria-label", "Hit ratio of the last ten minutes for shop.test", new() { Timeout = 30_000 });
        await lines.SelectOptionAsync("shop.test");
        await Expect(chart).ToHaveAttributeAsync("aria-label", "Hit ratio of the last ten minutes for edge-a", new() { Timeout = 30_000 });
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Propagation_AfterARestartOfTheServer_ComesBackByItself()
    {
        var (page, errors) = await browser.OpenAsync();
        await page.GotoAsync($"{Admin}/dashboard/");
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("live", new() { Timeout = 30_000 });
        await _program!.KillAsync(); // Started before any test.
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("connection lost", new() { Timeout = 30_000 });
        _program = await StartAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("live", new() { Timeout = 30_000 });
        using var put = await PutAsync("after", "192.0.2.1");
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("publish after.A") })).ToBeVisibleAsync(_patient);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Records_PublishEditConflictHistoryAndBack()
    {
        var (page, errors) = await browser.OpenAsync();
        await page.GotoAsync($"{Admin}/dashboard/#/records?zone=shop.test");
        await page.GetByRole(AriaRole.Button, new() { Name = "New record" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("www");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Value" }).FillAsync("192.0.2.1.9");
        await PublishAsync(page);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not allowed", new() { Timeout = 30_000 });
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Value" }).FillAsync("192.0.2.1");
        await PublishAsync(page);
        var item = page.GetByRole(AriaRole.Region, new() { Name = "Records of a zone" }).GetByRole(AriaRole.Button, new() { NameRegex = new("www A") });
        await Expect(item).ToBeVisibleAsync(_patient);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "www A" }).GetByRole(AriaRole.Textbox, new() { Name = "Value" })).ToHaveValueAsync("192.0.2.1", new() { Timeout = 30_000 });

        // Somebody else is quicker: the edit is refused where it was made.
        using var other = await PutAsync("www", "192.0.2.2");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Value" }).FillAsync("192.0.2.3");
        await PublishAsync(page);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("precondition failed", new() { Timeout = 30_000 });

        await page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "what changed" }).First.ClickAsync();
        await Expect(page.Locator(".diff .add")).ToHaveTextAsync("+ 192.0.2.2", new() { Timeout = 30_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "bring back" }).ClickAsync();
        await Expect(page.GetByText("is published again")).ToBeVisibleAsync(_patient);
        Assert.Equal("192.0.2.1", await _http.GetStringAsync($"{Admin}/zones/shop.test/records/www/A", Cancellation));
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Siblings_AreShownAndResolvedByAPublish()
    {
        using var policy = new StringContent("""{"conflict":"siblings"}""", Encoding.UTF8, "application/json");
        using var zone = await _http.PutAsync($"{Admin}/zones/sib.test", policy, Cancellation);
        zone.EnsureSuccessStatusCode();
        foreach (var value in new[] { "red", "blue" })
        {
            using var content = new StringContent(value, Encoding.UTF8, "text/plain");
            using var put = await _http.PutAsync($"{Admin}/zones/sib.test/records/colour/DOC", content, Cancellation);
            put.EnsureSuccessStatusCode();
        }

        var (page, errors) = await browser.OpenAsync();
        await page.GotoAsync($"{Admin}/dashboard/#/records?zone=sib.test&record=colour/DOC");
        await Expect(page.GetByText("2 values were written without knowing of each other")).ToBeVisibleAsync(_patient);
        await page.GetByRole(AriaRole.Button, new() { Name = "Take value 2" }).ClickAsync();
        await PublishAsync(page);
        await Expect(page.GetByText("Published.")).ToBeVisibleAsync(_patient);
        using var resolved = await _http.GetAsync($"{Admin}/zones/sib.test/records/colour/DOC", Cancellation);
        Assert.Equal(HttpStatusCode.OK, resolved.StatusCode);
        Assert.Contains(await resolved.Content.ReadAsStringAsync(Cancellation), new[] { "red", "blue" });
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Purge_FromThePage_SaysWhichChangeToWatch()
    {
        var (page, errors) = await browser.OpenAsync();
        await page.GotoAsync($"{Admin}/dashboard/#/records?zone=shop.test");
        var form = page.GetByRole(AriaRole.Region, new() { Name = "Purge" });
        await form.GetByLabel("Selector").FillAsync("");
        await form.GetByRole(AriaRole.Button, new() { Name = "Purge" }).ClickAsync();
        await Expect(form.GetByRole(AriaRole.Alert)).ToContainTextAsync("select[0]", new() { Timeout = 30_000 });
        await form.GetByLabel("Selector").FillAsync("product-1");
        await form.GetByRole(AriaRole.Button, new() { Name = "Purge" }).ClickAsync();
        await form.GetByRole(AriaRole.Link, new() { NameRegex = new("See shop.test:") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Timeline of a change" })).ToContainTextAsync("purge tag product-1", new() { Timeout = 30_000 });
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Explain_OfAPageAndOfAName_DrawsTheWay()
    {
        using var put = await PutAsync("www", "192.0.2.7");
        await GetAsync("/products/1");
        var (page, errors) = await browser.OpenAsync(390, 844, ColorScheme.Dark);
        await page.GotoAsync($"{Admin}/dashboard/#/explain");
        await page.GetByLabel("URL or name").FillAsync($"{EdgeUrl}/products/1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Client asks edge-a; serve because fresh" })).ToBeVisibleAsync(_patient);
        await page.GetByLabel("URL or name").FillAsync("www.shop.test");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "192.0.2.7" })).ToContainTextAsync("answers", new() { Timeout = 30_000 });
        await page.GetByLabel("URL or name").FillAsync("http://[/");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync(_patient);
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Keyboard_AloneReachesEveryPageAndTheTheme()
    {
        var (page, errors) = await browser.OpenAsync();
        await page.GotoAsync($"{Admin}/dashboard/");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to the page" })).ToBeFocusedAsync(new() { Timeout = 30_000 });
        for (var i = 0; i < 3; i++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Records", new() { Timeout = 30_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Change between light and dark" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark", new() { Timeout = 30_000 });
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Keyboard_Alone_PublishesPurgesAndFollowsTheChange()
    {
        var (page, errors) = await browser.OpenAsync();
        await page.GotoAsync($"{Admin}/dashboard/#/records?zone=shop.test");
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "New record" }));
        await TypeAsync(page, page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }), "typed");
        await TypeAsync(page, page.GetByRole(AriaRole.Textbox, new() { Name = "Value" }), "192.0.2.1");
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Publish" }));
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Records of a zone" }).GetByRole(AriaRole.Button, new() { NameRegex = new("typed A") })).ToBeVisibleAsync(_patient);
        var form = page.GetByRole(AriaRole.Region, new() { Name = "Purge" });
        await TypeAsync(page, form.GetByLabel("Selector"), "product-1");
        await PressAsync(page, form.GetByRole(AriaRole.Button, new() { Name = "Purge" }));
        await PressAsync(page, form.GetByRole(AriaRole.Link, new() { NameRegex = new("See shop.test:") }));
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Timeline of a change" })).ToContainTextAsync("purge tag product-1", new() { Timeout = 30_000 });
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Assets_AreServedUnderAPolicyWithoutInlineCode()
    {
        using var answer = await _http.GetAsync($"{Admin}/dashboard/", Cancellation);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        using var missing = await _http.GetAsync($"{Admin}/dashboard/none.js", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private static async Task PressAsync(IPage page, ILocator control)
    {
        await TabToAsync(page, control);
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task TypeAsync(IPage page, ILocator field, string text)
    {
        await TabToAsync(page, field);
        await page.Keyboard.TypeAsync(text);
    }

    /// <summary>By Tab alone, as often as it takes to come round once.</summary>
    private static async Task TabToAsync(IPage page, ILocator control)
    {
        await Expect(control).ToBeVisibleAsync(new() { Timeout = 30_000 });
        for (var i = 0; i < 100; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await control.EvaluateAsync<bool>("e => e === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail($"the keyboard does not reach {control}");
    }

    private static Task PublishAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();

    private Task<ServedProgram> StartAsync() => ServedProgram.StartAsync(_folder, ":24982 -> ", "--config", "edgecache.json");

    private async Task GetAsync(string path)
    {
        using var answer = await _http.GetAsync(EdgeUrl + path, Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return await _http.PostAsync(Admin + path, content, Cancellation);
    }

    private async Task<HttpResponseMessage> PutAsync(string name, string value)
    {
        using var content = new StringContent(value, Encoding.UTF8, "text/plain");
        return await _http.PutAsync($"{Admin}/zones/shop.test/records/{name}/A", content, Cancellation);
    }
}
