using System.CommandLine;
using EdgeCache.Configuration;
using EdgeCache.Zones.Policies;

namespace EdgeCache.CommandLine.Roles;

/// <summary><c>edgecache resolver</c>: a recursive caching resolver.</summary>
internal static class ResolverRole
{
    public static Command Build()
    {
        var command = new Command("resolver", "A recursive caching resolver, UDP and TCP.\n\nExamples:\n  edgecache resolver --dns 127.0.0.1:5300 --root-hints named.root\n  edgecache resolver --dns 127.0.0.1:5300 --forward 192.0.2.53:53");
        var dns = new Option<string[]>("--dns") { Description = "Where it listens", HelpName = "IP:PORT", DefaultValueFactory = _ => ["127.0.0.1:5300"] };
        var hints = new Option<string?>("--root-hints") { Description = "Root servers in master-file format, such as named.root", HelpName = "FILE" };
        var forward = new Option<string[]>("--forward") { Description = "A resolver to ask instead, for everything or for a zone", HelpName = "[ZONE=]IP:PORT" };
        var port = new Option<int>("--upstream-port") { Description = "Port of all authorities", HelpName = "N", DefaultValueFactory = _ => 53 };
        var outgoing = new Option<string?>("--outgoing") { Description = "Address that questions leave from", HelpName = "IP" };
        var mode = new Option<ResolverMode>("--mode") { Description = "push follows the log, ttl waits for TTLs", DefaultValueFactory = _ => ResolverMode.Push };
        var memory = new MemoryOption("Memory for the cache", "64MiB");
        var clock = new Option<string?>("--test-clock") { Description = "File with seconds by which the cache's clock is ahead, read each second", HelpName = "FILE" };
        var queryLog = new QueryLogOption();
        foreach (var option in new Option[] { dns, hints, forward, port, outgoing, mode, memory, clock, queryLog })
        {
            command.Options.Add(option);
        }

        var shared = new RoleOptions();
        shared.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var addresses = RoleOptions.Split(parsed.GetValue(dns));
            return RoleRun.FromFlagsAsync(parsed, new ProgramOptions
            {
                Store = shared.StoreOf(parsed),
                Resolvers =
                [
                    new ResolverOptions
                    {
                        Name = parsed.GetValue(shared.Name) ?? NodeName.For("resolver", addresses),
                        Listen = addresses,
                        RootHints = parsed.GetValue(hints),
                        Forward = Forwards(RoleOptions.Split(parsed.GetValue(forward))),
                        UpstreamPort = parsed.GetValue(port),
                        Outgoing = parsed.GetValue(outgoing),
                        Mode = parsed.GetValue(mode),
                        Memory = memory.In(parsed),
                        TestClock = parsed.GetValue(clock),
                        QueryLog = queryLog.In(parsed),
                        Admin = shared.AdminOf(parsed),
                    },
                ],
            });
        });
        return command;
    }

    private static Dictionary<string, List<string>> Forwards(List<string> values)
    {
        var forwards = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var value in values)
        {
            var cut = value.IndexOf('=', StringComparison.Ordinal);
            var zone = cut > 0 ? value[..cut] : ".";
            if (!forwards.TryGetValue(zone, out var servers))
            {
                forwards[zone] = servers = [];
            }

            servers.Add(value[(cut + 1)..]);
        }

        return forwards;
    }
}
