using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>Consistency per request through the running program: an application that never purges, an origin, two edges and one that stands behind another.</summary>
public sealed class LevelTests : IClassFixture<LevelTests.Deployed>
{
    private const string App = "http://127.0.0.1:20894";
    private const string Admin = "http://127.0.0.1:20891";
    private const string EdgeA = "http://127.0.0.1:20892";
    private const string EdgeB = "http://127.0.0.1:20893";
    private const string Lower = "http://127.0.0.1:20895";
    private readonly HttpClient _http;
    private readonly Deployed _deployed;

    public LevelTests(Deployed deployed)
    {
        _deployed = deployed;
        _http = deployed.Http;
    }

    [Theory]
    [InlineData(EdgeB)]
    [InlineData(Lower)]
    public async Task Get_WithTheTokenOfASaveThroughAnotherEdge_SeesTheSave(string reader)
    {
        var page = reader == Lower ? "/list-of-lower" : "/list";
        var before = await WarmAsync(reader, page);
        var saved = await AskAsync(EdgeA, "/save", method: HttpMethod.Post);
        Assert.NotNull(saved.Token);
        Assert.True(saved.Token.Length <= 256);
        Assert.Equal(before, (await AskAsync(reader, page)).Body);
        var seen = await AskAsync(reader, page, token: saved.Token);
        Assert.Equal($"v{_deployed.Saved}", seen.Body);
        Assert.NotNull(seen.Token);

        // Filled after the save: from then on a hit will do, and it never brings somebody else's token. A save whose log entry took longer than the limit of an answer has a pending
        // token, with which pages are asked for each time: on a slow disk the next save settles it.
        await Eventually.HoldsAsync(async () =>
        {
            var again = await AskAsync(EdgeA, "/save", method: HttpMethod.Post);
            var shown = await AskAsync(reader, page, token: again.Token);
            return (await AskAsync(reader, page, token: shown.Token)).CacheStatus.Contains("; hit", StringComparison.Ordinal);
        });
        Assert.Null((await AskAsync(reader, page)).Token);
    }

    [Fact]
    public async Task Get_WithTheCookieOfASave_SeesTheSaveOnTheFastPathToo()
    {
        var before = await WarmAsync(EdgeB, "/list-by-cookie");
        var saved = await AskAsync(EdgeB, "/save", method: HttpMethod.Post);
        Assert.StartsWith("edge_session=", saved.Cookie, StringComparison.Ordinal);
        Assert.Equal(before, (await AskAsync(EdgeB, "/list-by-cookie")).Body);
        Assert.Equal($"v{_deployed.Saved}", (await AskAsync(EdgeB, "/list-by-cookie", cookie: saved.Cookie!.Split(';')[0])).Body);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(EdgeB, "/list-by-cookie", cookie: "edge_session=forged")).Status);
    }

    [Theory]
    [InlineData("bounded;t=0")]
    [InlineData("strong")]
    public async Task Get_AskedAtALevelThatACachedPageCannotProve_IsAskedOfTheApplication(string level)
    {
        var page = $"/page-{level.Length}";
        await WarmAsync(EdgeA, page);
        _deployed.Save();
        var bounded = await AskAsync(EdgeA, page, "bounded;t=600");
        Assert.Equal($"v{_deployed.Saved - 1}", bounded.Body);
        var asked = await AskAsync(EdgeA, page, level);
        Assert.Equal($"v{_deployed.Saved}", asked.Body);
        Assert.DoesNotContain("hit", asked.CacheStatus, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soon", null, HttpStatusCode.BadRequest, "a consistency is")]
    [InlineData("bounded;k=1", null, HttpStatusCode.BadRequest, "versions-of-pages")]
    [InlineData("session", "forged", HttpStatusCode.BadRequest, "token-invalid")]
    public async Task Get_AskedForWhatNobodyCanGive_SaysSo(string level, string? token, HttpStatusCode status, string reason)
    {
        var answer = await AskAsync(EdgeA, "/any", level, token);
        Assert.Equal(status, answer.Status);
        Assert.Contains(reason, answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EdgeA)]
    [InlineData(Lower)]
    public async Task RecordLookup_AtEachLevel_HasWhatWasJustPublished(string edge)
    {
        for (var i = 0; i < 10; i++)
        {
            using var put = new HttpRequestMessage(HttpMethod.Put, $"{Admin}/zones/shop.test/records/price/DOC") { Content = new StringContent($"{i}") };
            using var published = await _http.SendAsync(put, TestContext.Current.CancellationToken);
            var token = published.Headers.GetValues("Edge-Session").Single();
            foreach (var level in new[] { "session", "causal", "strong", "bounded;t=0", "bounded;k=0" })
            {
                var answer = await AskAsync(edge, "/.well-known/edgecache/records/shop.test/price/DOC", level, token);
                Assert.Equal(($"{level} {HttpStatusCode.OK}", $"{i}"), ($"{level} {answer.Status}", answer.Body));
                Assert.NotNull(answer.Token);
            }
        }
    }

    /// <summary>Until it is a hit: right after its start a node still reads its zones anew, and what it fills meanwhile is not kept.</summary>
    private async Task<string> WarmAsync(string edge, string path)
    {
        for (var i = 0; i < 600; i++)
        {
            var answer = await AskAsync(edge, path);
            if (answer.CacheStatus.Contains("; hit", StringComparison.Ordinal))
            {
                return answer.Body;
            }

            await Task.Delay(20);
        }

        throw new InvalidOperationException($"{path} never became a hit: {(await AskAsync(edge, path)).CacheStatus}");
    }

    private async Task<Answer> AskAsync(string edge, string path, string? level = null, string? token = null, string? cookie = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, edge + path);
        foreach (var (name, value) in new[] { ("Edge-Consistency", level), ("Edge-Session", token), ("Cookie", cookie) })
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        string? One(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
        return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync(), One("Cache-Status") ?? "", One("Edge-Session"), One("Set-Cookie"));
    }

    private sealed record Answer(HttpStatusCode Status, string Body, string CacheStatus, string? Token, string? Cookie);

    /// <summary>Everything runs once for all tests of the class; each uses pages of its own.</summary>
    public sealed class Deployed : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-levels-").FullName;
        private ServedProgram? _program;
        private WebApplication? _app;
        private int _saved = 1;

        public HttpClient Http { get; } = new(new SocketsHttpHandler { UseCookies = false }) { Timeout = TimeSpan.FromSeconds(30) };

        public int Saved => Volatile.Read(ref _saved);

        public void Save() => Interlocked.Increment(ref _saved);

        public async ValueTask InitializeAsync()
        {
            _app = WebApplication.CreateSlimBuilder().Build();
            _app.Urls.Add(App);
            _app.Run(AnswerAsync);
            await _app.StartAsync();
            var file = Path.Combine(_folder, "levels.json");
            await File.WriteAllTextAsync(file, $$"""
                {
                  "store": { "data": "{{Path.Combine(_folder, "data")}}" },
                  "zones": { "shop.test": { "hosts": ["127.0.0.1"] } },
                  "origin": { "admin": { "listen": "{{Admin}}" } },
                  "edges": [
                    { "name": "edge-a", "listen": ["{{EdgeA}}"], "upstream": "{{App}}" },
                    { "name": "edge-b", "listen": ["{{EdgeB}}"], "upstream": "{{App}}", "sessionCookie": "edge_session", "tierFrom": ["127.0.0.0/8"] },
                    { "name": "lower", "listen": ["{{Lower}}"], "tier": "{{EdgeB}}" }
                  ]
                }
                """);
            _program = await ServedProgram.StartAsync(_folder, "ready", "--config", file);
            await UntilAsync(Lower + "/up");
        }

        public async ValueTask DisposeAsync()
        {
            await (_program?.DisposeAsync() ?? default);
            await (_app?.DisposeAsync() ?? default);
            Http.Dispose();
            Directory.Delete(_folder, recursive: true);
        }

        private Task AnswerAsync(HttpContext context)
        {
            if (context.Request.Method == "POST")
            {
                Save();
                return context.Response.WriteAsync("saved");
            }

            context.Response.Headers.CacheControl = "max-age=600, stale-while-revalidate=600";
            context.Response.Headers["Edge-Session"] = "a token of the application's own invention";
            return context.Response.WriteAsync($"v{Saved}");
        }

        private async Task UntilAsync(string url)
        {
            for (var i = 0; i < 600; i++)
            {
                try
                {
                    using var answer = await Http.GetAsync(url);
                    if (answer.IsSuccessStatusCode)
                    {
                        return;
                    }
                }
                catch (HttpRequestException)
                {
                    // Not listening yet.
                }

                await Task.Delay(50);
            }

            throw new InvalidOperationException($"{url} did not come up: {_program!.Output}");
        }
    }
}
