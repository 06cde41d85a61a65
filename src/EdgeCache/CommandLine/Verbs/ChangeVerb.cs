using System.CommandLine;
using EdgeCache.Client;
using EdgeCache.Client.Model;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache change show|wait</c>: how far a change has come, node by node.</summary>
internal static class ChangeVerb
{
    public static Command Build()
    {
        var command = new Command("change", "How far a change has come.");
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Wait());
        return command;
    }

    private static Command Show()
    {
        var command = new Command("show", "The change and where each node stands.\n\nExample:\n  edgecache change show shop.test:<epoch>:<serial>");
        var call = new AdminCall(command);
        var id = new Argument<string>("change") { Description = "zone:epoch:serial, or the writer's id" };
        command.Arguments.Add(id);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var change = await client.FindChangeAsync(parsed.GetValue(id)!, cancellation).ConfigureAwait(false);
            if (call.WantsJson(parsed))
            {
                AdminCall.PrintJson(change);
                return ExitCode.Done;
            }

            var table = new TextTable("node", "role", "state");
            foreach (var node in change.Nodes)
            {
                table.Add(node.Node, node.Role, node.State);
            }

            Console.Out.WriteLine($"{change.Change}  {change.Kind}");
            table.Write(Console.Out);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Wait()
    {
        var command = new Command("wait", "Wait until nodes have applied a change. Exit 3: time is over, and who is missing.\n\nExample:\n  edgecache change wait shop.test:<epoch>:<serial> --timeout 10s");
        var call = new AdminCall(command);
        var ids = new Argument<string[]>("change") { Description = "zone:epoch:serial, or the writer's id", Arity = ArgumentArity.OneOrMore };
        var target = new Option<string>("--for") { Description = "all, quorum or a node's name", DefaultValueFactory = _ => "all" };
        var timeout = new DurationOption("--timeout", "How long to wait at most", unlessGiven: "5s");
        command.Arguments.Add(ids);
        command.Options.Add(target);
        command.Options.Add(timeout);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var limit = timeout.In(parsed) ?? TimeSpan.Zero;
            var exit = ExitCode.Done;
            foreach (var id in parsed.GetValue(ids)!.SelectMany(i => i.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))
            {
                var change = await new ChangeWatch(client).RunAsync(id, parsed.GetValue(target)!, limit, cancellation).ConfigureAwait(false);
                Print(change, call.WantsJson(parsed));
                exit = change.IsDone ? exit : ExitCode.TimedOut;
            }

            return exit;
        }));
        return command;
    }

    private static void Print(ChangeDocument change, bool json)
    {
        if (json)
        {
            AdminCall.PrintJson(change);
            return;
        }

        // The origin's own DNS authority follows too; it is named only when it is behind.
        var shown = change.Nodes.Where(n => n.Role != "origin" || n.State != "applied").ToList();
        foreach (var state in shown.GroupBy(n => n.State).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            Console.Out.WriteLine($"{string.Join(" · ", state.Select(n => n.Node))}: {state.Key}");
        }

        if (shown.Count == 0)
        {
            Console.Out.WriteLine("applied; no other node follows this log");
        }

        if (!change.IsDone)
        {
            Console.Error.WriteLine($"edgecache: timed out; missing: {string.Join(", ", change.Missing)}");
            if (change.Kind is null)
            {
                Console.Error.WriteLine("The log holds no such change: its number is wrong, or the log began anew (see: edgecache zone show ZONE)");
            }
        }
    }
}
