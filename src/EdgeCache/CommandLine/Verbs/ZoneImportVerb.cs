using System.CommandLine;
using EdgeCache.Client.Model;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache zone import</c>: makes a zone what a file says, in as few changes as may be.</summary>
internal static class ZoneImportVerb
{
    /// <summary>Most changes that one batch takes of an origin that does not say.</summary>
    private const int BatchLength = 1_000;

    /// <summary>Longest batch, bytes of values: with all that stands around them it stays below what an origin reads.</summary>
    private const int BatchBytes = 16 << 20;

    public static Command Build()
    {
        var command = new Command(
            "import",
            "Make a zone what a file says: a master file (RFC 1035), or the JSON of zone export. What the file does not name is deleted, unless --keep.\n\nExamples:\n  edgecache zone import shop.test shop.test.zone --dry-run\n  edgecache zone export old.test --json | edgecache zone import new.test - --create");
        var call = new AdminCall(command);
        var zone = new Argument<string>("zone") { Description = "The zone" };
        var file = new Argument<string>("file") { Description = "The file; - is standard input" };
        var keep = new Option<bool>("--keep") { Description = "Leave what the file does not name" };
        var dry = new Option<bool>("--dry-run") { Description = "Say what would be done, and do nothing" };
        var create = new Option<bool>("--create") { Description = "Make the zone when there is none" };
        command.Arguments.Add(zone);
        command.Arguments.Add(file);
        command.Options.Add(keep);
        command.Options.Add(dry);
        command.Options.Add(create);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var apex = parsed.GetValue(zone)!;
            var (wanted, onlyDns, errors) = await ZoneImportFile.ReadAsync(parsed.GetValue(file)!, apex, cancellation).ConfigureAwait(false);
            if (errors.Count > 0)
            {
                // All of them, and nothing half done.
                return await Complaint.SayAsync(ExitCode.Usage, string.Join("\nedgecache: ", errors), call.WantsJson(parsed)).ConfigureAwait(false);
            }

            var zones = await client.ZonesAsync(cancellation).ConfigureAwait(false);
            var isNew = parsed.GetValue(create) && zones.Zones.All(z => z.Zone != apex);
            var there = isNew ? [] : await ZoneExportVerb.RecordsAsync(client, apex, cancellation).ConfigureAwait(false);
            var plan = ZoneImportPlan.Make(apex, there, wanted, onlyDns, parsed.GetValue(keep));
            var parts = plan.Parts(BatchLength, zones.LongestBatch, BatchBytes).ToList();
            if (isNew && !parsed.GetValue(dry))
            {
                var first = plan.SerialBefore(apex, parts.Count);
                await client.PutZoneAsync(ZoneVerb.InPath(apex), new ZoneDocument { FirstSoaSerial = first }, cancellation).ConfigureAwait(false);
            }

            var changes = new List<string>();
            foreach (var part in parsed.GetValue(dry) ? [] : parts)
            {
                var done = await client.BatchAsync(ZoneVerb.InPath(apex), new BatchDocument { Changes = part, IsWholeZone = part.Count > BatchLength }, null, cancellation).ConfigureAwait(false);
                changes.Add(done.Change);
            }

            Print(call.WantsJson(parsed), plan, changes, parsed.GetValue(dry));
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Print(bool json, ZoneImportPlan plan, List<string> changes, bool dry)
    {
        if (json)
        {
            AdminCall.PrintJson(new { published = plan.Published, deleted = plan.Deleted, unchanged = plan.Unchanged, isDryRun = dry, changes });
            return;
        }

        foreach (var change in dry ? plan.Describe() : changes)
        {
            Console.Out.WriteLine(change);
        }

        Console.Error.WriteLine($"{(dry ? "would be: " : "")}{plan.Published} published, {plan.Deleted} deleted, {plan.Unchanged} unchanged{(changes.Count > 1 ? $", in {changes.Count} changes one after the other" : "")}");
    }
}
