using System.CommandLine;
using EdgeCache.Client.Model;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache node list</c>: followers with position, lag and horizon.</summary>
internal static class NodeVerb
{
    public static Command Build()
    {
        var command = new Command("node", "The nodes of the deployment.");
        var list = new Command("list", "Followers with position, lag and horizon; those that are behind first.\n\nExample:\n  edgecache node list --json");
        var call = new AdminCall(list);
        list.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var nodes = await client.NodesAsync(cancellation).ConfigureAwait(false);
            if (call.WantsJson(parsed))
            {
                AdminCall.PrintJson(nodes);
                return ExitCode.Done;
            }

            var table = new TextTable("node", "role", "state", "behind", "horizon ms", "gaps", "resyncs");
            foreach (var n in nodes.Nodes.OrderBy(n => Calm(n.State)))
            {
                table.Add(Row(n));
            }

            table.Write(Console.Out);
            return ExitCode.Done;
        }));
        command.Subcommands.Add(list);
        return command;
    }

    /// <summary>A node that is silent knows no more than it did when it spoke: its silence counts into its horizon.</summary>
    internal static string[] Row(NodeDocument n) =>
        [n.Node, n.Role, n.State, $"{n.Behind}", $"{n.HorizonAgeMilliseconds + n.ReportAgeMilliseconds}", $"{n.GapsRepaired}", $"{n.Resyncs}"];

    /// <summary>Among fifty rows the ones to look at come first.</summary>
    private static int Calm(string state) => state switch
    {
        "gone" => 0,
        "lagging" => 1,
        "behind" => 2,
        _ => 3,
    };
}
