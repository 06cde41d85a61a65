using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using EdgeCache.Load.Checking;
using EdgeCache.Load.Measuring;

namespace EdgeCache.System.Tests.Redis;

/// <summary>
/// Writers and readers of records and pages on a deployment under faults, and the history of what each sent and was answered, for the checkers of the load project. Every key has one
/// writer, whose versions only grow; each session keeps its token and meets both edges.
/// </summary>
internal sealed class RecordedLoad(RedisDeployment all, long firstVersion = 0)
{
    private const int Keys = 6;
    private const int FirstPage = 100;
    private readonly ConcurrentBag<ReadSample> _reads = [];
    private readonly ConcurrentBag<SessionWrite> _writes = [];
    private readonly ConcurrentBag<ReadSample> _eventual = [];
    private readonly ConcurrentBag<ReadSample> _pages = [];
    private readonly ConcurrentBag<SessionWrite> _applied = [];
    private readonly ConcurrentBag<ReadSample> _bounded = [];
    private long _refused;

    /// <summary>Reads at level <c>session</c>, each with the token of its session.</summary>
    public IReadOnlyCollection<ReadSample> Session => _reads;

    /// <summary>Reads of pages, by anybody.</summary>
    public IReadOnlyCollection<ReadSample> Pages => _pages;

    /// <summary>Answers that said they could not give what was asked.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Acknowledged writes of records.</summary>
    public int Writes => _writes.Count;

    /// <summary>Purges that had been waited for on every node.</summary>
    public int Applied => _applied.Count;

    /// <summary>What breaks a guarantee.</summary>
    public IEnumerable<SessionViolation> Violations(long bound) =>
    [
        .. SessionChecker.ReadYourWrites(_reads, [.. _writes]),
        .. SessionChecker.MonotonicReads(_reads),
        .. HistoryChecker.BoundedStaleness(_bounded, _writes, bound),
        .. HistoryChecker.BoundedStaleness(_pages, _applied, 0),
    ];

    /// <summary>The same reads at level <c>eventual</c>: if none of them is old, the run proves nothing.</summary>
    public int Old => HistoryChecker.BoundedStaleness(_eventual, _writes, 0).Count;

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(
    [
        .. Enumerable.Range(0, Keys).Select(k => WriteAsync(k, cancellation)),
        .. Enumerable.Range(0, Keys).Select(k => ReadAsync(Keys + k, cancellation)),
        .. Enumerable.Range(0, 2).Select(n => ReadBoundedAsync(n, cancellation)),
        .. Enumerable.Range(0, 2).Select(n => PurgeAsync(FirstPage + n, cancellation)),
        .. Enumerable.Range(0, 2).Select(n => ReadPagesAsync(n, cancellation)),
    ]);

    /// <summary>One session writes one key and reads it back on either edge.</summary>
    private async Task WriteAsync(int key, CancellationToken cancellation)
    {
        string? token = null;
        var chance = new Random(key);
        for (var version = firstVersion + 1; !cancellation.IsCancellationRequested; version++)
        {
            using var put = new HttpRequestMessage(HttpMethod.Put, $"{all.Admin}/zones/default/records/k{key}/DOC")
            {
                Content = new StringContent($"{version}", Encoding.ASCII, "text/plain"),
            };
            put.Headers.TryAddWithoutValidation("Edge-Change", $"w{key}-{version}");
            if (await SendAsync(put) is { IsSuccessStatusCode: true } done)
            {
                token = Token(done) ?? token;
                _writes.Add(new SessionWrite(key, key, version, Stopwatch.GetTimestamp()));
                done.Dispose();
            }

            for (var i = 0; i < 2; i++)
            {
                var edge = chance.Next(2);
                token = await LookUpAsync(_reads, key, key, edge, "session", token) ?? token;
                await LookUpAsync(_eventual, key, -1, 1 - edge, "eventual", null);
            }

            await Task.Delay(chance.Next(60), CancellationToken.None);
        }
    }

    /// <summary>One session that only reads, all keys.</summary>
    private async Task ReadAsync(int session, CancellationToken cancellation)
    {
        string? token = null;
        var chance = new Random(session);
        while (!cancellation.IsCancellationRequested)
        {
            token = await LookUpAsync(_reads, chance.Next(Keys), session, chance.Next(2), "session", token) ?? token;
            await Task.Delay(chance.Next(20), CancellationToken.None);
        }
    }

    private async Task ReadBoundedAsync(int edge, CancellationToken cancellation)
    {
        var chance = new Random(edge);
        while (!cancellation.IsCancellationRequested)
        {
            await LookUpAsync(_bounded, chance.Next(Keys), -1, edge, "bounded;t=1", null);
            await Task.Delay(chance.Next(20), CancellationToken.None);
        }
    }

    /// <summary>Changes a page, purges it, and waits until every node has applied that.</summary>
    private async Task PurgeAsync(int page, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var version = all.Change();
            if (await TryAsync(() => all.TryPurgeAsync($"p{page}")) is { } change)
            {
                using var wait = new HttpRequestMessage(HttpMethod.Get, $"{all.Admin}/changes/{change}/wait?for=edge-1,edge-2&timeout=2s");
                using var done = await SendAsync(wait);
                if (done is { StatusCode: HttpStatusCode.OK })
                {
                    _applied.Add(new SessionWrite(-1, page, version, Stopwatch.GetTimestamp()));
                }
            }

            await Task.Delay(40, CancellationToken.None);
        }
    }

    private async Task ReadPagesAsync(int edge, CancellationToken cancellation)
    {
        for (var i = 0; !cancellation.IsCancellationRequested; i++)
        {
            var page = FirstPage + (i % 2);
            var sent = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{all.EdgePort(edge)}/p{page}");
            using var answer = await SendAsync(request);
            var done = Stopwatch.GetTimestamp();
            if (answer is { IsSuccessStatusCode: true })
            {
                var version = long.Parse((await answer.Content.ReadAsStringAsync(CancellationToken.None))[1..], CultureInfo.InvariantCulture);
                _pages.Add(new ReadSample(page, edge, -1, sent, sent, done, version, ServedBy.Unknown, null));
            }

            await Task.Delay(4, CancellationToken.None);
        }
    }

    private async Task<string?> LookUpAsync(ConcurrentBag<ReadSample> into, int key, int session, int edge, string level, string? token)
    {
        using var get = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{all.EdgePort(edge)}/.well-known/edgecache/records/default/k{key}/DOC");
        get.Headers.TryAddWithoutValidation("Edge-Consistency", level);
        if (token is not null)
        {
            get.Headers.TryAddWithoutValidation("Edge-Session", token);
        }

        var sent = Stopwatch.GetTimestamp();
        using var answer = await SendAsync(get);
        var done = Stopwatch.GetTimestamp();
        if (answer is not { IsSuccessStatusCode: true })
        {
            Interlocked.Increment(ref _refused);
            return null;
        }

        var version = long.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None), CultureInfo.InvariantCulture);
        into.Add(new ReadSample(key, edge, session, sent, sent, done, version, ServedBy.Unknown, null));
        return Token(answer);
    }

    private static string? Token(HttpResponseMessage answer) => answer.Headers.TryGetValues("Edge-Session", out var values) ? values.Single() : null;

    private async Task<HttpResponseMessage?> SendAsync(HttpRequestMessage request) => await TryAsync(() => all.Http.SendAsync(request));

    /// <summary>Null when the other side is gone, which is what this load is about.</summary>
    private static async Task<T?> TryAsync<T>(Func<Task<T>> call)
        where T : class?
    {
        try
        {
            return await call();
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }
}
