using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Hosting;

/// <summary>
/// Loggers that write at most <see cref="MaxLines"/> warnings and errors of one kind in <see cref="Window"/> and then say how many they left out: strangers decide how often a
/// connection breaks, and must not fill a disk with it. Thread-safe.
/// </summary>
internal sealed partial class BoundedLogs(ILoggerFactory inner, TimeProvider time) : ILoggerFactory
{
    /// <summary>Most lines of one kind in a window.</summary>
    public const int MaxLines = 20;

    /// <summary>How long a window is.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new BoundedLogger(inner.CreateLogger(categoryName), time);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private sealed partial class BoundedLogger(ILogger inner, TimeProvider time) : ILogger
    {
        private readonly ConcurrentDictionary<int, Count> _counts = new(); // Events are fixed in the code, so there are few.

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel < LogLevel.Warning || !inner.IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
                return;
            }

            var (isAdmitted, leftOut) = _counts.GetOrAdd(eventId.Id, static (_, time) => new Count(time), time).Next();
            if (leftOut > 0)
            {
                LogLeftOut(inner, leftOut);
            }

            if (isAdmitted)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Lines} more of the lines that follow were left out")]
        private static partial void LogLeftOut(ILogger log, int lines);
    }

    private sealed class Count(TimeProvider time)
    {
        private readonly Lock _gate = new();
        private long _begun = time.GetTimestamp();
        private int _lines;

        /// <summary>Whether the next line is written, and how many the window before it left out.</summary>
        public (bool IsAdmitted, int LeftOut) Next()
        {
            lock (_gate)
            {
                var leftOut = 0;
                if (time.GetElapsedTime(_begun) >= Window)
                {
                    leftOut = Math.Max(0, _lines - MaxLines);
                    (_begun, _lines) = (time.GetTimestamp(), 0);
                }

                return (++_lines <= MaxLines, leftOut);
            }
        }
    }
}
