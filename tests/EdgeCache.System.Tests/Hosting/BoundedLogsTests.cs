using EdgeCache.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.System.Tests.Hosting;

public sealed class BoundedLogsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LineProvider _lines = new();
    private readonly BoundedLogs _logs;

    public BoundedLogsTests() => _logs = new BoundedLogs(LoggerFactory.Create(b => b.AddProvider(_lines)), _time);

    [Fact]
    public void Flood_OfOneKind_IsCutAndCounted_AndOtherKindsAreWritten()
    {
        var log = _logs.CreateLogger("x");
        for (var i = 0; i < BoundedLogs.MaxLines + 30; i++)
        {
            log.Log(LogLevel.Warning, new EventId(1), "flood", null, static (s, _) => s);
        }

        log.Log(LogLevel.Error, new EventId(2), "other", null, static (s, _) => s);
        Assert.Equal(BoundedLogs.MaxLines + 1, _lines.Written.Count);

        _time.Advance(BoundedLogs.Window);
        log.Log(LogLevel.Warning, new EventId(1), "again", null, static (s, _) => s);

        Assert.StartsWith("30 more", _lines.Written[^2]);
        Assert.Equal("again", _lines.Written[^1]);
    }

    [Fact]
    public void Information_IsNeverCut()
    {
        var log = _logs.CreateLogger("x");
        for (var i = 0; i < BoundedLogs.MaxLines * 3; i++)
        {
            log.Log(LogLevel.Information, new EventId(1), "audit", null, static (s, _) => s);
        }

        Assert.Equal(BoundedLogs.MaxLines * 3, _lines.Written.Count);
    }

    public void Dispose() => _logs.Dispose();

    private sealed class LineProvider : ILoggerProvider, ILogger
    {
        public List<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Written.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
