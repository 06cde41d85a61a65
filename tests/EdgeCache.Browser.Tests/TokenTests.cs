using EdgeCache.System.Tests;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeCache.Browser.Tests;

/// <summary>A dashboard whose server asks for a token: it is asked for where the person is, a wrong one is said, and the right one opens every page.</summary>
public sealed class TokenTests(Browser browser) : IClassFixture<Browser>, IAsyncLifetime
{
    private const string Admin = "http://127.0.0.1:24850";
    private const string Token = "the-token-of-this-test";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-token-").FullName;
    private ServedProgram? _program;

    public async ValueTask InitializeAsync() =>
        _program = await ServedProgram.StartAsync(_folder, new Dictionary<string, string> { ["EDGECACHE_TOKEN"] = Token }, "ready", "origin", "--data", "data", "--admin", Admin);

    public async ValueTask DisposeAsync()
    {
        await (_program?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Token_ThatIsWrong_IsSaidAndAskedForAgain_AndTheRightOneOpensEveryPage()
    {
        var (page, _) = await browser.OpenAsync(); // The browser counts each 401 as an error of the page.
        await page.GotoAsync($"{Admin}/");
        var field = page.GetByLabel("Token", new() { Exact = true }).And(page.Locator("input"));
        await Expect(field).ToBeFocusedAsync(new() { Timeout = 30_000 });
        await page.Keyboard.TypeAsync("not-the-token-of-this-test");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("That token is not accepted", new() { Timeout = 30_000 });
        await page.Keyboard.PressAsync("Escape");
        await Expect(field).ToBeFocusedAsync(new() { Timeout = 30_000 });
        await page.Keyboard.TypeAsync(Token);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Status).First).ToHaveTextAsync("live", new() { Timeout = 30_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "Records" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "New record" })).ToBeEnabledAsync(new() { Timeout = 30_000 });
    }
}
