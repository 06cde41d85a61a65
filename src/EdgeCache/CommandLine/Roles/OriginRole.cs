using System.CommandLine;
using EdgeCache.Configuration;

namespace EdgeCache.CommandLine.Roles;

/// <summary><c>edgecache origin</c>: record store, admin API, authoritative DNS.</summary>
internal static class OriginRole
{
    public static Command Build()
    {
        var command = new Command("origin", "Record store, admin API and authoritative DNS.\n\nExample:\n  edgecache origin --data ./data --dns 127.0.0.1:5301 --zone-file shop.test=shop.test.zone");
        var data = new Option<string?>("--data") { Description = "Folder of the embedded store (default ./data without --redis)", HelpName = "DIR" };
        var dns = new Option<string[]>("--dns") { Description = "Authoritative DNS listener, UDP and TCP", HelpName = "IP:PORT" };
        var zoneFile = new Option<string[]>("--zone-file") { Description = "Master file to load at start", HelpName = "ZONE=FILE" };
        var transferTo = new Option<string[]>("--transfer-to") { Description = "Networks that zones are transferred to (default loopback)", HelpName = "CIDR" };
        var notify = new Option<string[]>("--notify") { Description = "Secondary that is told of changes (NOTIFY), and the key that signs it (default the first)", HelpName = "IP:PORT[=KEY]" };
        var tsigKey = new Option<string?>("--tsig-key") { Description = "Keys as tsig-keygen prints them; with it every transfer must be signed", HelpName = "FILE" };
        var queryLog = new QueryLogOption();
        zoneFile.Validators.Add(result =>
        {
            foreach (var bad in result.Tokens.Where(t => t.Value.IndexOf('=', StringComparison.Ordinal) <= 0))
            {
                result.AddError($"--zone-file '{bad.Value}' is not ZONE=FILE");
            }
        });
        foreach (var option in new Option[] { data, dns, zoneFile, transferTo, notify, tsigKey, queryLog })
        {
            command.Options.Add(option);
        }

        var regions = new RegionFlags();
        regions.AddTo(command);
        var shared = new RoleOptions();
        shared.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var redis = parsed.GetValue(shared.Redis);
            var transfers = new TransferOptions { KeyFile = parsed.GetValue(tsigKey), Notify = RoleOptions.Split(parsed.GetValue(notify)) };
            transfers.Allow = RoleOptions.Split(parsed.GetValue(transferTo)) is { Count: > 0 } allowed ? allowed : transfers.Allow;
            return RoleRun.FromFlagsAsync(parsed, new ProgramOptions
            {
                Store = shared.StoreOf(parsed, parsed.GetValue(data) ?? (redis is null ? "./data" : null), RegionFlags.RegionOf(parsed, shared, regions)),
                Origin = new OriginOptions
                {
                    Name = parsed.GetValue(shared.Name) ?? "origin",
                    Admin = shared.AdminOf(parsed) ?? new AdminOptions { TokenFile = parsed.GetValue(shared.TokenFile) },
                    Dns = [.. RoleOptions.Split(parsed.GetValue(dns)).Select(d => new AuthorityOptions { Listen = d, Transfers = transfers, QueryLog = queryLog.In(parsed) })],
                    Replicate = regions.ReplicateOf(parsed),
                    Replica = regions.ReplicaOf(parsed),
                    ZoneFiles = Files(parsed.GetValue(zoneFile) ?? []),
                },
            });
        });
        return command;
    }

    private static Dictionary<string, string> Files(string[] pairs)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            files[pair[..cut]] = pair[(cut + 1)..];
        }

        return files;
    }
}
