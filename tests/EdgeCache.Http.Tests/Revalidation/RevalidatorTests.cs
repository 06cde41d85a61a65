using System.Collections.Concurrent;
using System.Globalization;
using EdgeCache.Http.Revalidation;
using EdgeCache.Http.Tests.Proxy;
using EdgeCache.Zones.Following;
using EdgeCache.Zones.Log;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Http.Tests.Revalidation;

/// <summary>PLANE.md 6: a running edge after its zone had to be read anew, in virtual time.</summary>
public sealed class RevalidatorTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly ConcurrentQueue<string> _asked = new();
    private volatile string _version = "1";
    private volatile bool _fails;
    private volatile TaskCompletionSource? _stuck;
    private volatile TaskCompletionSource? _endless;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>An eventual reader never waits for the application; it is told what it gets, and nobody downstream may keep that.</summary>
    [Fact]
    public async Task Resynced_EventualReader_IsServedAtOnceAndToldThatItIsPossiblyOld()
    {
        await using var origin = new RawOrigin(AnswerAsync);
        await using var edge = await StartAsync(origin);
        await edge.RawAsync(Get("/a"), Cancel);
        _time.Advance(TimeSpan.FromSeconds(3));
        Resync(edge, TimeSpan.FromSeconds(1));
        _stuck = new();
        _version = "2";

        var old = await edge.RawAsync(Get("/a"), Cancel);
        Assert.EndsWith("\r\n\r\n1 /a", old);
        Assert.Contains("Cache-Status: edge-t; hit; ttl=0; detail=possibly-old\r\n", old);
        Assert.Contains("Age: 3\r\n", old);
        Assert.Contains("Cache-Control: no-cache\r\n", old);
        Assert.DoesNotContain("max-age", old);

        _stuck.SetResult();
        await BecomesAsync(async () => (await edge.RawAsync(Get("/a"), Cancel)).EndsWith("\r\n\r\n2 /a", StringComparison.Ordinal));
        var now = await edge.RawAsync(Get("/a"), Cancel);
        Assert.DoesNotContain("possibly-old", now);
        Assert.Contains("; hit; ttl=", now);
        Assert.Contains("max-age=600", now);
        Assert.Equal(["/a", "/a"], _asked);
    }

    /// <summary>Who asks for more gets what the application has now, and the same page is not fetched a second time behind it.</summary>
    [Theory]
    [InlineData("bounded;t=5")]
    [InlineData("session")]
    [InlineData("strong")]
    public async Task Resynced_DemandingReader_GetsWhatTheApplicationHas(string level)
    {
        await using var origin = new RawOrigin(AnswerAsync);
        await using var edge = await StartAsync(origin);
        await edge.RawAsync(Get("/a"), Cancel);
        Resync(edge, TimeSpan.FromSeconds(1));
        _version = "2";

        Assert.EndsWith("\r\n\r\n2 /a", await edge.RawAsync(Get("/a", $"Edge-Consistency: {level}\r\n"), Cancel));
        await SettledAsync(edge);
        Assert.Equal(2, _asked.Count);
    }

    /// <summary>RFC 9111 §4.2.4 forbids stale answers, which these are not, except where every use must be validated.</summary>
    [Theory]
    [InlineData("max-age=600, must-revalidate", "1 /a")]
    [InlineData("s-maxage=600", "1 /a")]
    [InlineData("max-age=600, no-cache", "2 /a")]
    [InlineData("max-age=2, must-revalidate", "2 /a")]
    [InlineData("max-age=2", "2 /a")]
    public async Task Resynced_ByWhatTheResponseSays_IsServedOrFetched(string control, string body)
    {
        await using var origin = new RawOrigin(exchange => AnswerAsync(exchange, control));
        await using var edge = await StartAsync(origin, rate: 1);
        await edge.RawAsync(Get("/a"), Cancel);
        _time.Advance(TimeSpan.FromSeconds(3));
        Resync(edge, TimeSpan.FromSeconds(1));
        _version = "2";

        Assert.EndsWith("\r\n\r\n" + body, await edge.RawAsync(Get("/a"), Cancel));
    }

    /// <summary>The pages asked for most come first, and all of them together no faster than the rate.</summary>
    [Fact]
    public async Task Resynced_ManyPages_AreFetchedHottestFirstAndNoFasterThanTheRate()
    {
        const int pages = 60;
        const int rate = 10;
        await using var origin = new RawOrigin(AnswerAsync);
        await using var edge = await StartAsync(origin, rate);
        await FillAsync(edge, pages);
        _asked.Clear();
        Resync(edge, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
        _version = "2";
        var began = _time.GetUtcNow();

        // Page 50 is asked for most, then 49, 48, 47, 46; the others once at the most.
        foreach (var page in Enumerable.Range(46, 5))
        {
            for (var i = 0; i < (page - 45) * 4; i++)
            {
                Assert.EndsWith($"\r\n\r\n1 /{page}", await edge.RawAsync(Get($"/{page}"), Cancel));
            }
        }

        await BecomesAsync(() =>
        {
            var most = 1 + (rate * (_time.GetUtcNow() - began).TotalSeconds);
            Assert.InRange(_asked.Count, 0, most);
            return Task.FromResult(_asked.Count == pages);
        });
        var order = _asked.Select(p => int.Parse(p[1..], CultureInfo.InvariantCulture)).ToList();
        Assert.Subset(new HashSet<int>(Enumerable.Range(46, 5)), order.Take(3).ToHashSet()); // Two that are under way may overtake each other.
        Assert.Equal(pages, order.Distinct().Count());
        await SettledAsync(edge);
        Assert.DoesNotContain("possibly-old", await edge.RawAsync(Get("/3"), Cancel));
        Assert.Equal(pages, edge.Counters.Settled);
        Assert.True(edge.Counters.PossiblyOld >= 60);
    }

    /// <summary>With nothing possibly old allowed, the same resync costs the application a request for each page that anybody asks for, at once: what the rule is there for.</summary>
    [Fact]
    public async Task Resynced_WithoutTheRule_EveryPageIsFetchedAtOnce()
    {
        await using var origin = new RawOrigin(AnswerAsync);
        await using var edge = await StartAsync(origin, rate: 10);
        await FillAsync(edge, 60);
        _asked.Clear();
        Resync(edge, TimeSpan.Zero, TimeSpan.FromSeconds(-1));
        for (var page = 0; page < 60; page++)
        {
            await edge.RawAsync(Get($"/{page}"), Cancel);
        }

        Assert.Equal(60, _asked.Count);
    }

    /// <summary>While the application fails it is left alone for longer and longer, and readers go on being served; when the limit is over nothing possibly old stands in for it (PLANE.md 16).</summary>
    [Fact]
    public async Task Resynced_ApplicationFails_IsLeftAloneAndNothingOldIsServedBeyondTheLimit()
    {
        await using var origin = new RawOrigin(AnswerAsync);
        await using var edge = await StartAsync(origin, rate: 1_000);
        await FillAsync(edge, 40);
        _asked.Clear();
        _fails = true;
        Resync(edge, TimeSpan.FromMilliseconds(1));
        await BecomesAsync(() => Task.FromResult(edge.Counters.SettlingFailed > 0));
        await StepAsync(TimeSpan.FromSeconds(15));
        Assert.InRange(_asked.Count, 1, 6 * Revalidator.MaxAtOnce); // After 0, 1, 3, 7 and 15 s, those at a time.
        Assert.Contains("detail=possibly-old", await edge.RawAsync(Get("/3"), Cancel));

        await StepAsync(TimeSpan.FromSeconds(50));
        Assert.StartsWith("HTTP/1.1 502 ", await edge.RawAsync(Get("/3"), Cancel));
        _fails = false;
        Assert.StartsWith("HTTP/1.1 200 ", await edge.RawAsync(Get("/3"), Cancel));
    }

    /// <summary>Pages whose answers begin and do not end keep their places for a while only: the others are fetched all the same.</summary>
    [Fact]
    public async Task Resynced_SomeAnswersNeverEnd_TheOthersAreFetched()
    {
        await using var origin = new RawOrigin(EndlessAsync);
        await using var edge = await StartAsync(origin, rate: 1_000);
        await FillAsync(edge, Revalidator.MaxAtOnce + 4);
        _asked.Clear();
        _endless = new();
        Resync(edge, TimeSpan.FromMilliseconds(1));
        await BecomesAsync(() => Task.FromResult(_asked.Count >= Revalidator.MaxAtOnce));
        Assert.All(_asked, path => Assert.InRange(int.Parse(path[1..], CultureInfo.InvariantCulture), 0, Revalidator.MaxAtOnce - 1));
        await StepAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(Revalidator.MaxAtOnce + 4, _asked.Distinct().Count());
        _endless.SetResult();
    }

    /// <summary>A purge that the node does see wins over what is only possible.</summary>
    [Theory]
    [InlineData(PurgeMode.Hard)]
    [InlineData(PurgeMode.Soft)]
    [InlineData(PurgeMode.SoftRevalidate)]
    public async Task PurgedMeanwhile_IsKnownOld(PurgeMode mode)
    {
        await using var origin = new RawOrigin(AnswerAsync);
        await using var edge = await StartAsync(origin, rate: 1);
        await FillAsync(edge, 3);
        Resync(edge, TimeSpan.FromSeconds(1));
        _version = "2";
        Zone(edge).Floors.Raise([new Selector(SelectorKind.Tag, "t1")], mode);

        Assert.DoesNotContain("possibly-old", await edge.RawAsync(Get("/1"), Cancel));
        Assert.Contains("possibly-old", await edge.RawAsync(Get("/2"), Cancel));
    }

    /// <summary>Resynced again before all was settled: what was settled in between is in doubt anew, and the first moment counts for what was not.</summary>
    [Fact]
    public async Task ResyncedTwice_TheLimitRunsFromWhenAPageWasLastKnownToBeRight()
    {
        await using var origin = new RawOrigin(AnswerAsync);
        await using var edge = await StartAsync(origin, rate: 1);
        await FillAsync(edge, 2);
        Resync(edge, TimeSpan.FromMilliseconds(1));
        await edge.RawAsync(Get("/1", "Edge-Consistency: strong\r\n"), Cancel);
        _fails = true; // Nothing is settled from here on.
        await StepAsync(TimeSpan.FromSeconds(29));
        Resync(edge, TimeSpan.FromMilliseconds(1));
        Assert.Contains("possibly-old", await edge.RawAsync(Get("/0"), Cancel));
        Assert.Contains("possibly-old", await edge.RawAsync(Get("/1"), Cancel));
        await StepAsync(TimeSpan.FromSeconds(32));
        Assert.StartsWith("HTTP/1.1 502 ", await edge.RawAsync(Get("/0"), Cancel));
        Assert.StartsWith("HTTP/1.1 502 ", await edge.RawAsync(Get("/1"), Cancel));
        Resync(edge, TimeSpan.FromMilliseconds(1)); // A third one gives neither of them more time.
        Assert.StartsWith("HTTP/1.1 502 ", await edge.RawAsync(Get("/0"), Cancel));
    }

    /// <summary>A page is asked for as its reader did: the variant that is stored, and of its 304 the entry lives on.</summary>
    [Fact]
    public async Task Variant_IsAskedForWithItsOwnFieldsAndItsValidator()
    {
        await using var origin = new RawOrigin(exchange => exchange.SendAsync(exchange.Field("If-None-Match") is "\"v\""
            ? "HTTP/1.1 304 Not Modified\r\nETag: \"v\"\r\nVary: Accept-Language, X-Plan\r\nCache-Control: max-age=600\r\n\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nETag: \"v\"\r\nVary: Accept-Language, X-Plan\r\nCache-Control: max-age=600\r\n\r\n{exchange.Field("Accept-Language")}"));
        await using var edge = await StartAsync(origin);
        await edge.RawAsync(Get("/a", "Accept-Language: fr\r\nX-Plan: gold\r\n"), Cancel);
        Resync(edge, TimeSpan.FromSeconds(1));
        await SettledAsync(edge);

        var request = Assert.Single(origin.Requests.Skip(1));
        Assert.Contains("accept-language: fr\r\n", request, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("x-plan: gold\r\n", request, StringComparison.OrdinalIgnoreCase);
        var answer = await edge.RawAsync(Get("/a", "Accept-Language: fr\r\nX-Plan: gold\r\n"), Cancel);
        Assert.EndsWith("\r\n\r\nfr", answer);
        Assert.Contains("; hit; ttl=", answer);
        Assert.DoesNotContain("possibly-old", answer);
    }

    private async Task<EdgeBench> StartAsync(RawOrigin origin, int rate = 200) =>
        await EdgeBench.StartAsync(origin.Uri, options => options.ValidationRate = rate, _time, cancellation: Cancel);

    private static async Task FillAsync(EdgeBench edge, int pages)
    {
        for (var page = 0; page < pages; page++)
        {
            await edge.RawAsync(Get($"/{page}"), Cancel);
        }
    }

    /// <summary>The zone is read anew; what happened to it in the time before that is not known.</summary>
    private void Resync(EdgeBench edge, TimeSpan unknown, TimeSpan? limit = null) =>
        edge.Follower.ReadAnew(Zone(edge), _time.GetTimestamp() - (long)(unknown.TotalSeconds * _time.TimestampFrequency), limit ?? _limit);

    private static ZoneState Zone(EdgeBench edge) => edge.Follower.Zones.ForHost("a");

    private async Task SettledAsync(EdgeBench edge) => await BecomesAsync(() => Task.FromResult(Zone(edge).Doubt!.IsSettled));

    private async Task BecomesAsync(Func<Task<bool>> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < EdgeBench.Patience, $"it did not come; asked: {string.Join(' ', _asked)}");
            _time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(1, Cancel);
        }
    }

    /// <summary>Virtual time goes on in small steps, with some real time for what it wakes.</summary>
    private async Task StepAsync(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromMilliseconds(50))
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1, Cancel);
        }
    }

    private async Task EndlessAsync(OriginExchange exchange)
    {
        var path = exchange.Request.Split(' ')[1];
        if (_endless is not { } endless || int.Parse(path[1..], CultureInfo.InvariantCulture) >= Revalidator.MaxAtOnce)
        {
            await AnswerAsync(exchange);
            return;
        }

        _asked.Enqueue(path);
        await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nCache-Control: max-age=600\r\n\r\nx");
        await endless.Task;
    }

    private Task AnswerAsync(OriginExchange exchange) => AnswerAsync(exchange, "max-age=600");

    private async Task AnswerAsync(OriginExchange exchange, string control)
    {
        var path = exchange.Request.Split(' ')[1];
        _asked.Enqueue(path);
        if (_stuck is { } stuck)
        {
            await stuck.Task;
        }

        if (_fails)
        {
            exchange.Reset();
            return;
        }

        var body = $"{_version} {path}";
        await exchange.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nCache-Tag: t{path[1..]}\r\nETag: \"{_version}\"\r\nCache-Control: {control}\r\n\r\n{body}");
    }

    private static string Get(string path, string fields = "") => $"GET {path} HTTP/1.1\r\nHost: a\r\n{fields}Connection: close\r\n\r\n";
}
