using Microsoft.Extensions.Logging;

namespace EdgeCache.Simulation.Kernel;

/// <summary>What a node logs becomes a line of the timeline.</summary>
internal sealed class TimelineLog<T> : ILogger<T>
{
    private readonly WorldNode _node;

    public TimelineLog(WorldNode node) => _node = node;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _node.World.Tell(_node.Name, exception is null ? formatter(state, exception) : $"{formatter(state, exception)}: {exception.Message}");
}
