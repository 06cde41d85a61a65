using System.Net;
using System.Runtime.CompilerServices;
using EdgeCache.Client.Model;

namespace EdgeCache.Client;

/// <content>Following a zone's log, and waiting for a change.</content>
public sealed partial class EdgeCacheClient
{
    /// <summary>Longest wait the server takes in one call.</summary>
    private static readonly TimeSpan WaitSlice = TimeSpan.FromSeconds(5);

    /// <summary>How much later than it was to end a wait's answer may be.</summary>
    private static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(3);

    /// <summary>As long as a timer can run, less than 25 days.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(24);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LastPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The changes of a zone as they are committed, from the beginning of the log or after <paramref name="after"/> (the <see cref="ChangeEvent.Id"/> of the last one that was
    /// worked on). A lost connection and a restarted server are bridged: nothing is left out, nothing comes twice. Ends only when cancelled.
    /// </summary>
    /// <exception cref="EdgeCacheException">The server refuses: there is no such zone, or the token may not read it.</exception>
    public async IAsyncEnumerable<ChangeEvent> WatchAsync(string zone, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var pause = FirstPause;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var stream = await TryOpenAsync(zone, after, cancellation).ConfigureAwait(false);
            if (stream is not null)
            {
                await using (stream.ConfigureAwait(false))
                {
                    while (await stream.NextAsync(cancellation).ConfigureAwait(false) is { } change)
                    {
                        (after, pause) = (change.Id, FirstPause);
                        yield return change;
                    }
                }
            }

            await Task.Delay(pause, _time, cancellation).ConfigureAwait(false);
            pause = pause * 2 < LastPause ? pause * 2 : LastPause;
        }
    }

    /// <summary>
    /// Waits until <paramref name="target"/> (<c>all</c>, <c>quorum</c> or names of nodes with commas) has applied a change, at most <paramref name="timeout"/>, which may be longer
    /// than one call takes. Not done is an answer, not an error.
    /// </summary>
    /// <exception cref="EdgeCacheException">Refused; or with a <see cref="TimeoutException"/> inside: the server did not answer within the timeout and three seconds.</exception>
    public async Task<ChangeDocument> WaitAsync(string change, string target = "all", TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        var (limit, start) = (timeout ?? WaitSlice, _time.GetTimestamp());
        using var over = new CancellationTokenSource(limit < LongestWait ? limit + AnswerGrace : LongestWait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, over.Token);
        try
        {
            while (true)
            {
                var rest = limit - _time.GetElapsedTime(start);
                var slice = rest < TimeSpan.Zero ? TimeSpan.Zero : rest < WaitSlice ? rest : WaitSlice;
                var answer = await SendAsync<ChangeDocument>(
                    HttpMethod.Get,
                    $"changes/{Uri.EscapeDataString(change)}/wait?for={Uri.EscapeDataString(target)}&timeout={(long)slice.TotalMilliseconds}ms",
                    null,
                    either.Token).ConfigureAwait(false);
                if (answer.IsDone || rest <= WaitSlice)
                {
                    return answer;
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new EdgeCacheException($"{_http.BaseAddress} did not answer within {limit.TotalSeconds:0.###} s and a grace of {AnswerGrace.TotalSeconds:0} s", new TimeoutException());
        }
    }

    /// <summary>Null when nobody answers or the answer is a passing trouble.</summary>
    private async Task<ChangeStream?> TryOpenAsync(string zone, string? after, CancellationToken cancellation)
    {
        using var request = ChangeStream.Request(zone, after);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            return null;
        }

        if (response.IsSuccessStatusCode)
        {
            return await ChangeStream.OpenAsync(response, _time, cancellation).ConfigureAwait(false);
        }

        using (response)
        {
            if (response.StatusCode >= HttpStatusCode.InternalServerError || response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                return null;
            }

            await RefuseAsync(response, cancellation).ConfigureAwait(false);
            return null;
        }
    }
}
