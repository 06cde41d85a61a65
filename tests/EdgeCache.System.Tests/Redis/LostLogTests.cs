using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EdgeCache.System.Tests.Redis;

/// <summary>
/// PLANE.md 6 with processes: an edge is stopped while pages are purged and the log is trimmed past it, so that it can never learn of the purge. It must not ask the application for everything at once,
/// must not keep readers waiting, and must call nothing old fresh.
/// </summary>
[Collection("redis")]
public sealed class LostLogTests : IAsyncLifetime
{
    private const int BasePort = 24310;
    private const int Pages = 14;
    private const int Rate = 2;
    private static readonly string _edgeUrl = $"http://127.0.0.1:{24311}";
    private static readonly string _admin = $"http://127.0.0.1:{24312}";
    private static readonly string _appUrl = $"http://127.0.0.1:{24313}";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-lost-log-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly ConcurrentQueue<string> _asked = new();
    private volatile TaskCompletionSource _open = new();
    private volatile string _version = "old";
    private int _strays;
    private RedisServer? _redis;
    private WebApplication? _app;
    private ServedProgram? _origin;
    private ServedProgram? _edge;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Repository.OnPath("redis-server"), "redis-server is not on PATH");
        _redis = await RedisServer.StartAsync(BasePort, _folder, "--appendonly", "yes", "--appendfsync", "always");
        _open.SetResult();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(_appUrl);
        _app.Run(AnswerAsync);
        await _app.StartAsync(Cancel);
        _origin = await ServedProgram.StartAsync(_folder, "ready", "origin", "--admin", _admin, "--redis", $"127.0.0.1:{BasePort}");
        _edge = await ServedProgram.StartAsync(_folder, "ready", "edge", "--listen", _edgeUrl, "--upstream", _appUrl, "--redis", $"127.0.0.1:{BasePort}", "--name", "edge-1", "--resync-rate", $"{Rate * 2}", "--resync-stale", "10m");
    }

    [Fact]
    public async Task LogTrimmedPastAStoppedEdge_IsMadeUpForAtABoundedRateWithReadersServedMeanwhile()
    {
        foreach (var page in Names().Append("probe"))
        {
            await Eventually.HoldsAsync(async () => await AskAsync(page) is { Old: true, Status: var s } && s.Contains("; hit; ttl=", StringComparison.Ordinal));
        }

        await SignalAsync("-STOP");
        _version = "new";
        var change = await PurgeAsync();
        var key = (await _redis!.CliAsync("--raw", "KEYS", "*:default:log")).Trim();
        Assert.True(int.Parse(await _redis.CliAsync("XTRIM", key, "MAXLEN", "0"), null) > 0);
        _open = new();
        _asked.Clear();
        var began = Stopwatch.GetTimestamp();
        await SignalAsync("-CONT");

        // Just after its wake a node asks for a poll, and a reader may be sent on to the application, which holds all answers back: that page is out of the count.
        await Eventually.HoldsAsync(async () => await SoonAsync("probe") is { Old: true } answer && answer.Status.Contains("possibly-old", StringComparison.Ordinal));
        _strays = 0;
        foreach (var (page, times) in new[] { ("p8", 20), ("p7", 12), ("p2", 1) })
        {
            for (var i = 0; i < times; i++)
            {
                if (await SoonAsync(page) is { } answer)
                {
                    Assert.True(answer.Old, answer.Status);
                    Assert.EndsWith("edge-1; hit; ttl=0; detail=possibly-old", answer.Status, StringComparison.Ordinal);
                }
            }
        }

        Assert.InRange(_strays, 0, 3); // A starved machine's.
        await Eventually.HoldsAsync(() => IsListedAsync("validating"));
        var wait = await ServedProgram.RunAsync(_folder, "change", "wait", change, "--timeout", "500ms", "--admin", _admin);
        Assert.Equal(3, wait.Exit);
        Assert.Contains("edge-1", wait.Error + wait.Output, StringComparison.Ordinal);

        var demanding = AskAsync("p13", "strong");
        await Eventually.HoldsAsync(() => Task.FromResult(_asked.Contains("p13")));
        _open.SetResult();
        Assert.False((await demanding).Old);

        // Whatever is asked, nothing old is called fresh, until all of it is new.
        await Eventually.HoldsAsync(async () =>
        {
            var answers = await Task.WhenAll(Names().Select(p => AskAsync(p)));
            _strays += answers.Count(a => a.Status.Contains("; fwd=", StringComparison.Ordinal));
            Assert.All(answers, a => Assert.True(!a.Old || a.Status.Contains("detail=possibly-old", StringComparison.Ordinal), a.Status));
            return answers.All(a => !a.Old && a.Status.Contains("; hit; ttl=", StringComparison.Ordinal) && !a.Status.Contains("detail=", StringComparison.Ordinal));
        });
        var counted = _asked.Where(p => p != "probe").ToList();
        Assert.InRange(counted.Count, Pages, 2 + _strays + (Rate * Stopwatch.GetElapsedTime(began).TotalSeconds));
        Assert.Equal(Pages, counted.Distinct().Count());
        Assert.InRange(counted.IndexOf("p8"), 0, Pages / 2);
        await Eventually.HoldsAsync(async () => (await ServedProgram.RunAsync(_folder, "change", "wait", change, "--timeout", "5s", "--admin", _admin)).Exit == 0);
        await Eventually.HoldsAsync(() => IsListedAsync("caught-up"));
    }

    public async ValueTask DisposeAsync()
    {
        _open.TrySetResult();
        foreach (var program in new[] { _edge, _origin }.OfType<ServedProgram>())
        {
            await program.DisposeAsync();
        }

        await (_app?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_redis?.DisposeAsync() ?? ValueTask.CompletedTask);
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static IEnumerable<string> Names() => Enumerable.Range(0, Pages).Select(i => $"p{i}");

    private async Task AnswerAsync(HttpContext context)
    {
        var page = context.Request.Path.Value![1..]; // It begins with a slash.
        _asked.Enqueue(page);
        await _open.Task;
        context.Response.Headers.CacheControl = "max-age=600";
        context.Response.Headers["Cache-Tag"] = "all";
        await context.Response.WriteAsync(_version);
    }

    private async Task<(string Status, bool Old)> AskAsync(string page, string? level = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_edgeUrl}/{page}");
        if (level is not null)
        {
            request.Headers.Add("Edge-Consistency", level);
        }

        using var answer = await _http.SendAsync(request, cancellation);
        return (answer.Headers.GetValues("Cache-Status").Single(), await answer.Content.ReadAsStringAsync(cancellation) == "old");
    }

    /// <summary>Null for a reader that was sent on to the application, which holds its answer back: on a starved machine a node may doubt its clock for a moment.</summary>
    private async Task<(string Status, bool Old)?> SoonAsync(string page)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            return await AskAsync(page, cancellation: patience.Token);
        }
        catch (OperationCanceledException)
        {
            _strays++;
            return null;
        }
    }

    private async Task<bool> IsListedAsync(string state) =>
        Regex.IsMatch((await ServedProgram.RunAsync(_folder, "node", "list", "--admin", _admin)).Output, $@"edge-1\s+edge\s+{state}");

    private async Task<string> PurgeAsync()
    {
        using var body = new StringContent("""{"zone":"default","select":[{"tag":"all"}]}""", Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync($"{_admin}/purge", body, Cancel);
        answer.EnsureSuccessStatusCode();
        return answer.Headers.GetValues("Edge-Change").Single();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_edge!.Id}"]); // Started before.
        await kill.WaitForExitAsync(Cancel);
    }
}
