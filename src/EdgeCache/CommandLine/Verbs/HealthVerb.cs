using System.CommandLine;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache health</c>: 0 when ready; for health checks of containers, whose image has no other client.</summary>
internal static class HealthVerb
{
    public static Command Build()
    {
        var command = new Command("health", "Is a node ready: caught up within max-lag? Exit 0 when it is, else 1.\n\nExample:\n  edgecache health --admin http://127.0.0.1:9080");
        var call = new AdminCall(command);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var (ready, text) = await client.HealthAsync(cancellation).ConfigureAwait(false);
            call.Print(parsed, new { ready, text = text.Trim() }, text.Trim());
            return ready ? ExitCode.Done : ExitCode.Failed;
        }));
        return command;
    }
}
