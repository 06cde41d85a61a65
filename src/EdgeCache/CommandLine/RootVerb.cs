using System.CommandLine;
using EdgeCache.CommandLine.Roles;
using EdgeCache.CommandLine.Verbs;
using EdgeCache.Configuration;
using EdgeCache.Load.CommandLine;
using EdgeCache.Load.Topology;

namespace EdgeCache.CommandLine;

/// <summary>The whole command line. Without a verb it runs everything, or what <c>--config</c> says.</summary>
internal static class RootVerb
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = Build();
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }); // A value may begin with @.
        if (parsed.Errors.Count > 0)
        {
            var faults = string.Join("\nedgecache: ", ParseFault.Of(parsed).Select(PlainText.Of));
            return await Complaint.SayAsync(ExitCode.Usage, faults, args.Contains("--json"), Complaint.Help(parsed)).ConfigureAwait(false);
        }

        // Signals are the deployment's: it drains. The parser's own handling would cut that short.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
    }

    /// <summary>The tree of verbs; documents and tests read it.</summary>
    internal static RootCommand Build()
    {
        var root = new RootCommand(
            """
            An edge cache and a DNS resolver that follow the same ordered log of changes.

            Without arguments: an origin, two edges, a DNS hierarchy, two resolvers and a demonstration shop in one process, on loopback.

            Examples:
              edgecache
              edgecache edge --listen http://127.0.0.1:8080 --upstream http://127.0.0.1:8000
              edgecache purge --tag product-1
              edgecache change wait shop.test:<epoch>:<serial>
            """);
        var config = new Option<FileInfo?>("--config") { Description = "A JSON file that says what to run (see config/)", HelpName = "FILE" };
        var data = new Option<string>("--data") { Description = "Folder of the embedded store", HelpName = "DIR", DefaultValueFactory = _ => "./data" };
        root.Options.Add(config);
        root.Options.Add(data);
        root.SetAction((parsed, cancellation) => parsed.GetValue(config) is { } file
            ? RoleRun.FromFileAsync(file.ToString())
            : RoleRun.EverythingAsync(parsed.GetValue(data)!));
        root.Subcommands.Add(OriginRole.Build());
        root.Subcommands.Add(EdgeRole.Build());
        root.Subcommands.Add(ResolverRole.Build());
        root.Subcommands.Add(ShopRole.Build());
        root.Subcommands.Add(ZoneVerb.Build());
        root.Subcommands.Add(RecordVerb.Build());
        root.Subcommands.Add(PurgeVerb.Build());
        root.Subcommands.Add(ChangeVerb.Build());
        root.Subcommands.Add(NodeVerb.Build());
        root.Subcommands.Add(ExplainVerb.Build());
        root.Subcommands.Add(ResolveVerb.Build());
        root.Subcommands.Add(HealthVerb.Build());
        root.Subcommands.Add(SimulateVerb.Build());
        root.Subcommands.Add(VerifyVerb.Build(_ => EdgeCacheProgram.Self()));
        root.Subcommands.Add(AdviseVerb.Build());
        return root;
    }
}
