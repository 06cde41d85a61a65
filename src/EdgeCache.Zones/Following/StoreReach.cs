using EdgeCache.Zones.Stores;
using Microsoft.Extensions.Logging;

namespace EdgeCache.Zones.Following;

/// <summary>Says once that the store cannot be reached, whichever of a follower's loops notice, and once that all of them reach it again. Thread-safe.</summary>
internal sealed partial class StoreReach(ILogger log, string node)
{
    private readonly Lock _lock = new();
    private readonly HashSet<object> _failing = [];

    /// <summary>A loop failed. What is no fault of the store is told with its stack, each time a loop begins to meet it.</summary>
    public void Failed(object loop, Exception problem)
    {
        bool isNew, isFirst;
        lock (_lock)
        {
            (isFirst, isNew) = (_failing.Count == 0, _failing.Add(loop));
        }

        if (problem is not (StoreException or TimeoutException or OperationCanceledException))
        {
            if (isNew)
            {
                LogFault(log, problem, node);
            }
        }
        else if (isFirst)
        {
            LogUnreachable(log, node, problem is StoreException told ? told.Message : "the store did not answer in time");
        }
    }

    /// <summary>A loop succeeded.</summary>
    public void Reached(object loop)
    {
        bool isLast;
        lock (_lock)
        {
            isLast = _failing.Remove(loop) && _failing.Count == 0;
        }

        if (isLast)
        {
            LogReachable(log, node);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Node}: {Reason}; serving what is known, which counts as lagging after max-lag, and trying again")]
    private static partial void LogUnreachable(ILogger log, string node, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Node}: the store is reached again")]
    private static partial void LogReachable(ILogger log, string node);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Node} met a fault of its own as it followed; serving what is known, and trying again")]
    private static partial void LogFault(ILogger log, Exception problem, string node);
}
