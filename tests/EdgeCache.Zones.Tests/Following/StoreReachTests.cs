using EdgeCache.Zones.Following;
using EdgeCache.Zones.Stores;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EdgeCache.Zones.Tests.Following;

public sealed class StoreReachTests
{
    private readonly Lines _lines = new();
    private readonly StoreReach _reach;

    public StoreReachTests() => _reach = new StoreReach(_lines, "edge-a");

    [Fact]
    public void Failed_ByEveryLoop_IsOneLineWithoutAStack()
    {
        for (var times = 0; times < 3; times++)
        {
            _reach.Failed("shard", new StoreException("Redis at 127.0.0.1:6379 cannot be reached"));
            _reach.Failed("directory", new TimeoutException());
        }

        Assert.Equal(["edge-a: Redis at 127.0.0.1:6379 cannot be reached; serving what is known, which counts as lagging after max-lag, and trying again"], _lines.Said);
        Assert.Empty(_lines.Stacks);
    }

    [Fact]
    public void Reached_ByAllThatFailed_IsOneLine_AndTheNextOutageIsToldAgain()
    {
        _reach.Reached("report");
        _reach.Failed("shard", new TimeoutException());
        _reach.Failed("directory", new TimeoutException());
        _reach.Reached("shard");
        Assert.Single(_lines.Said);

        _reach.Reached("directory");
        _reach.Reached("directory");
        _reach.Failed("shard", new TimeoutException());

        Assert.Equal(3, _lines.Said.Count);
        Assert.Equal("edge-a: the store is reached again", _lines.Said[1]);
        Assert.Equal(_lines.Said[0], _lines.Said[2]);
    }

    [Fact]
    public void Failed_ByAFaultOfOurOwn_HasItsStackAlsoWhileTheStoreIsAway()
    {
        _reach.Failed("shard", new StoreException("away"));
        _reach.Failed("directory", new InvalidOperationException("a bug"));

        Assert.Equal("a bug", Assert.Single(_lines.Stacks).Message);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Said { get; } = [];

        public List<Exception> Stacks { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Said.Add(formatter(state, exception));
            if (exception is not null)
            {
                Stacks.Add(exception);
            }
        }
    }
}
