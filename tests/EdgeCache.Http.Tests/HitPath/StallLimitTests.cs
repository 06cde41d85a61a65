using EdgeCache.Http.Fetching;
using EdgeCache.Http.HitPath;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

public sealed class StallLimitTests
{
    private static readonly TimeSpan _nearly = TimeSpan.FromSeconds(HitLimits.StalledSeconds - 1);

    private readonly FakeTimeProvider _time = new();
    private readonly EdgeTally _tally = new();
    private readonly HeldAnswers _held = new(TimeProvider.System);
    private readonly Request _request = new();

    [Fact]
    public async Task Write_ThatNobodyTakes_EndsTheRequest()
    {
        using var limit = new StallLimit(_time, _tally, _held, _request);
        var writing = new TaskCompletionSource<int>();
        var waiting = limit.WithinAsync(new ValueTask<int>(writing.Task), 1);
        _time.Advance(_nearly);
        Assert.False(_request.IsAborted);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.True(_request.IsAborted);
        Assert.Equal(1, _tally.Timeouts);
        writing.SetResult(1);
        Assert.Equal(1, await waiting);
        Assert.Equal(0, _held.Bytes);
    }

    [Fact]
    public async Task Writes_ThatAreSlowButTaken_GoOn()
    {
        using var limit = new StallLimit(_time, _tally, _held, _request);
        for (var i = 0; i < 10; i++)
        {
            var writing = new TaskCompletionSource<int>();
            var waiting = limit.WithinAsync(new ValueTask<int>(writing.Task), 1);
            _time.Advance(_nearly);
            writing.SetResult(i);
            Assert.Equal(i, await waiting);
        }

        _time.Advance(_nearly * 2);
        Assert.Equal(7, await limit.WithinAsync(new ValueTask<int>(7), 1));
        Assert.False(_request.IsAborted);
    }

    private sealed class Request : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
