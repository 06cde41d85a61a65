using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace EdgeCache.Hosting;

/// <summary>Logs go to standard error, one line each; standard output is for what a script reads.</summary>
internal static class ConsoleLog
{
    public static ILoggerFactory Create() => new BoundedLogs(LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None) // What keeps a listener from starting is said by StartUpException, in one line.
        .AddFilter("System", LogLevel.Warning)
        .AddFilter("Yarp", LogLevel.Warning)
        .AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error) // It warns of each body that a client breaks off: clients could fill the log. The counters, the access log and Cache-Status have them.
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.ColorBehavior = Console.IsErrorRedirected ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Default;
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            format.UseUtcTimestamp = true;
        })), TimeProvider.System);
}
