using System.CommandLine;
using EdgeCache.Configuration;
using EdgeCache.Zones.Policies;

namespace EdgeCache.CommandLine.Roles;

/// <summary><c>edgecache resolver</c>: a recursive caching resolver.</summary>
internal static class ResolverRole
{
    public static Command Build()
    {
        var command = new Command("resolver", "A recursive caching resolver.\n\nExample:\n  edgecache resolver --dns 127.0.0.1:5300 --root-hints root.hints");
        var dns = new Option<string[]>("--dns") { Description = "Where it listens, UDP and TCP", HelpName = "IP:PORT", DefaultValueFactory = _ => ["127.0.0.1:5300"] };
        var hints = new Option<string?>("--root-hints") { Description = "Root hints, a master file", HelpName = "FILE" };
        var forward = new Option<string[]>("--forward") { Description = "Resolver to ask instead of walking from the root", HelpName = "IP:PORT" };
        var port = new Option<int>("--upstream-port") { Description = "Port that authoritative servers are asked on", HelpName = "N", DefaultValueFactory = _ => 53 };
        var mode = new Option<ResolverMode>("--mode") { Description = "push: follow the log; ttl: as the Internet does", DefaultValueFactory = _ => ResolverMode.Push };
        var clock = new Option<string?>("--test-clock") { Description = "File holding seconds to add to the clock, read each second", HelpName = "FILE" };
        foreach (var option in new Option[] { dns, hints, forward, port, mode, clock })
        {
            command.Options.Add(option);
        }

        var shared = new RoleOptions();
        shared.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var addresses = RoleOptions.Split(parsed.GetValue(dns));
            return RoleRun.FromFlagsAsync(new ProgramOptions
            {
                Store = new StoreOptions { Redis = parsed.GetValue(shared.Redis) },
                Resolvers =
                [
                    new ResolverOptions
                    {
                        Name = parsed.GetValue(shared.Name) ?? NodeName.For("resolver", addresses),
                        Dns = addresses,
                        Mode = parsed.GetValue(mode),
                        RootHints = parsed.GetValue(hints),
                        Forward = RoleOptions.Split(parsed.GetValue(forward)),
                        UpstreamPort = parsed.GetValue(port),
                        TestClock = parsed.GetValue(clock),
                        Admin = shared.AdminOf(parsed),
                    },
                ],
            });
        });
        return command;
    }
}
