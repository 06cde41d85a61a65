using System.CommandLine;
using EdgeCache.Configuration;
using EdgeCache.Http.AccessLog;

namespace EdgeCache.CommandLine.Roles;

/// <summary><c>edgecache edge</c>: a caching proxy before any HTTP application.</summary>
internal static class EdgeRole
{
    public static Command Build()
    {
        var command = new Command("edge", "A caching proxy before any HTTP application; no file needed.\n\nExample:\n  edgecache edge --listen http://127.0.0.1:8080 --upstream http://127.0.0.1:8000");
        var listen = new Option<string[]>("--listen") { Description = "Where it listens, HTTP/1.1 and h2c", HelpName = "URL", DefaultValueFactory = _ => ["http://127.0.0.1:8080"] };
        var upstream = new Option<string?>("--upstream") { Description = "The application behind it; with --tier, asked while the tier cannot be reached", HelpName = "URL" };
        var tier = new Option<string?>("--tier") { Description = "Another edge behind it (a shield)", HelpName = "URL" };
        var tierFrom = new Option<string[]>("--tier-from") { Description = "Networks of lower edges whose Edge-Floor is believed", HelpName = "CIDR" };
        var purgeFrom = new Option<string[]>("--purge-from") { Description = "Networks whose clients may send PURGE", HelpName = "CIDR" };
        var sessionCookie = new Option<string?>("--session-cookie") { Description = "Cookie that carries the session token, so that browsers see their own writes", HelpName = "NAME" };
        var doh = new Option<string?>("--doh") { Description = "DNS server that /dns-query (RFC 8484) asks", HelpName = "IP:PORT" };
        var routes = new Option<string?>("--routes") { Description = "Cache rules, followed while it runs", HelpName = "FILE" };
        var resyncRate = new Option<int>("--resync-rate") { Description = "After a log was lost: most pages a second that all edges together fetch again, since they may be old", HelpName = "N", DefaultValueFactory = _ => 200 };
        var resyncStale = new DurationOption("--resync-stale", "After a log was lost: how long pages that may be old are served, named so; 0s: not at all", "60s");
        var memory = new MemoryOption("Memory for cached bytes", "256MiB");
        var accessLog = new Option<string?>("--access-log") { Description = "One line for each answer, opened anew on SIGHUP; - for standard output", HelpName = "FILE" };
        var accessLogFormat = new Option<AccessLogFormat>("--access-log-format") { Description = "How its lines are written: combined or json", HelpName = "FORMAT" };
        foreach (var option in new Option[] { listen, upstream, tier, tierFrom, purgeFrom, routes, sessionCookie, doh, memory, resyncRate, resyncStale, accessLog, accessLogFormat })
        {
            command.Options.Add(option);
        }

        var shared = new RoleOptions();
        shared.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var addresses = RoleOptions.Split(parsed.GetValue(listen));
            return RoleRun.FromFlagsAsync(parsed, new ProgramOptions
            {
                Store = shared.StoreOf(parsed),
                Edges =
                [
                    new EdgeOptions
                    {
                        Name = parsed.GetValue(shared.Name) ?? NodeName.For("edge", addresses),
                        Listen = addresses,
                        Upstream = parsed.GetValue(upstream),
                        Tier = parsed.GetValue(tier),
                        TierFrom = RoleOptions.Split(parsed.GetValue(tierFrom)),
                        SessionCookie = parsed.GetValue(sessionCookie),
                        PurgeFrom = RoleOptions.Split(parsed.GetValue(purgeFrom)),
                        Doh = parsed.GetValue(doh),
                        Routes = parsed.GetValue(routes),
                        Memory = memory.In(parsed),
                        ResyncRate = parsed.GetValue(resyncRate),
                        ResyncStale = resyncStale.In(parsed) ?? TimeSpan.FromSeconds(60),
                        AccessLog = parsed.GetValue(accessLog) is { } file ? new AccessLogOptions { File = file, Format = parsed.GetValue(accessLogFormat) } : null,
                        Admin = shared.AdminOf(parsed),
                    },
                ],
            });
        });
        return command;
    }
}
