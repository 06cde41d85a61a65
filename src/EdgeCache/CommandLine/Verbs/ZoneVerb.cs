using System.CommandLine;
using EdgeCache.Client.Model;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache zone list|show|put|delete|export|import|restore|backup|forget</c>.</summary>
internal static class ZoneVerb
{
    public static Command Build()
    {
        var command = new Command("zone", "Zones and their policies.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Put());
        command.Subcommands.Add(Delete());
        command.Subcommands.Add(ZoneRestoreVerb.Restore());
        command.Subcommands.Add(ZoneRestoreVerb.Backup());
        command.Subcommands.Add(ZoneRestoreVerb.Forget());
        command.Subcommands.Add(ZoneExportVerb.Build());
        command.Subcommands.Add(ZoneImportVerb.Build());
        return command;
    }

    /// <summary>A zone as it stands in a path: the root's dot would be removed on its way.</summary>
    public static string InPath(string zone) => zone == "." ? Admin.ZonePath.Root : zone;

    private static Command List()
    {
        var command = new Command("list", "All zones.\n\nExample:\n  edgecache zone list");
        var call = new AdminCall(command);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var zones = await client.ZonesAsync(cancellation).ConfigureAwait(false);
            if (call.WantsJson(parsed))
            {
                AdminCall.PrintJson(zones);
                return ExitCode.Done;
            }

            var table = new TextTable("zone", "conflict", "authority", "resolver", "hosts");
            foreach (var zone in zones.Zones)
            {
                table.Add(zone.Zone ?? "", zone.Conflict ?? "", zone.Authority ?? "", zone.Resolver ?? "", string.Join(' ', zone.Hosts ?? []));
            }

            table.Write(Console.Out);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Show()
    {
        var command = new Command("show", "One zone with its policy and where its log stands.\n\nExample:\n  edgecache zone show shop.test");
        var call = new AdminCall(command);
        var zone = new Argument<string>("zone") { Description = "The zone, such as shop.test" };
        command.Arguments.Add(zone);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var found = await client.FindZoneAsync(InPath(parsed.GetValue(zone)!), cancellation).ConfigureAwait(false);
            Print(call.WantsJson(parsed), found);
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Print(bool json, ZoneDocument zone)
    {
        if (json)
        {
            AdminCall.PrintJson(zone);
            return;
        }

        var table = new TextTable("setting", "value");
        table.Add("zone", zone.Zone ?? "");
        table.Add("conflict", zone.Conflict ?? "");
        table.Add("authority", zone.Authority ?? "");
        table.Add("resolver", zone.Resolver ?? "");
        table.Add("hosts", string.Join(' ', zone.Hosts ?? []));
        table.Add("max-lag", $"{zone.MaxLagMilliseconds} ms");
        table.Add("degraded-ttl", $"{zone.DegradedTtlMilliseconds} ms");
        table.Add("retention", $"{zone.RetentionSeconds} s, {zone.RetentionEntries} entries");
        if (zone.Position is { } position)
        {
            table.Add("log", position);
        }

        foreach (var region in zone.Regions ?? [])
        {
            var knows = region.KnowsUntil == 0 ? "nothing for certain yet" : $"all from before {DateTimeOffset.FromUnixTimeMilliseconds(region.KnowsUntil):yyyy-MM-dd HH:mm:ss'Z'}";
            table.Add($"region {region.Region}", $"taken over to {region.TakenTo}, knows {knows}");
        }

        table.Write(Console.Out);
    }

    private static Command Put()
    {
        var command = new Command("put", "Create a zone, or replace its policy.\n\nExample:\n  edgecache zone put shop.example --host www.shop.example --authority log");
        var call = new AdminCall(command);
        var zone = new Argument<string>("zone") { Description = "The zone, such as shop.test" };
        var host = new Option<string[]>("--host") { Description = "A host beside those under the apex" };
        var conflict = new Option<string?>("--conflict") { Description = "lww, reject, siblings or crdt" };
        var authority = new Option<string?>("--authority") { Description = "origin: ask the application; log: every change is purged" };
        var resolver = new Option<string?>("--resolver") { Description = "push or ttl" };
        var maxLag = new DurationOption("--max-lag", "Lease of what a follower knows");
        command.Arguments.Add(zone);
        foreach (var option in new Option[] { host, conflict, authority, resolver, maxLag })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var document = new ZoneDocument
            {
                Hosts = parsed.GetValue(host),
                Conflict = parsed.GetValue(conflict),
                Authority = parsed.GetValue(authority),
                Resolver = parsed.GetValue(resolver),
                MaxLagMilliseconds = (long?)maxLag.In(parsed)?.TotalMilliseconds,
            };
            var done = await client.PutZoneAsync(InPath(parsed.GetValue(zone)!), document, cancellation).ConfigureAwait(false);
            Print(call.WantsJson(parsed), done);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Delete()
    {
        var command = new Command("delete", "Remove a zone with its records and its log.\n\nExample:\n  edgecache zone delete shop.test");
        var call = new AdminCall(command);
        var zone = new Argument<string>("zone") { Description = "The zone, such as shop.test" };
        command.Arguments.Add(zone);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            await client.DeleteZoneAsync(InPath(parsed.GetValue(zone)!), cancellation).ConfigureAwait(false);
            if (call.WantsJson(parsed))
            {
                AdminCall.PrintJson(new { deleted = parsed.GetValue(zone) });
            }

            return ExitCode.Done;
        }));
        return command;
    }
}
