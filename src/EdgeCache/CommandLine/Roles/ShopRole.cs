using System.CommandLine;
using EdgeCache.Configuration;

namespace EdgeCache.CommandLine.Roles;

/// <summary><c>edgecache shop</c>: the demonstration shop by itself.</summary>
internal static class ShopRole
{
    public static Command Build()
    {
        var command = new Command("shop", "The demonstration shop by itself: an ordinary ASP.NET Core application that purges what it saves.\n\nExample:\n  edgecache shop --listen http://127.0.0.1:8090");
        var listen = new Option<string>("--listen") { Description = "Where it listens", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:8090" };
        var admin = new Option<string>("--admin") { Description = "The admin API it purges through", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:9080" };
        command.Options.Add(listen);
        command.Options.Add(admin);
        command.SetAction((parsed, cancellation) => RoleRun.FromFlagsAsync(parsed, new ProgramOptions
        {
            Shop = new ShopOptions { Listen = parsed.GetValue(listen)!, Admin = parsed.GetValue(admin)! },
        }));
        return command;
    }
}
