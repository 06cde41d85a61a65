using System.CommandLine;
using EdgeCache.Client.Model;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache record get|list</c>.</summary>
internal static class RecordReadVerbs
{
    public static Command Get()
    {
        var command = new Command("get", "Print a record's value; --json: all its fields.\n\nExample:\n  edgecache record get shop.test www A");
        var call = new AdminCall(command);
        var record = new RecordArguments(command);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var (zone, name, type) = record.Of(parsed);
            if (await client.FindRecordAsync(zone, name, type, cancellation).ConfigureAwait(false) is not { } found)
            {
                await Console.Error.WriteLineAsync($"edgecache: {name}/{type} was deleted").ConfigureAwait(false);
                return ExitCode.Failed;
            }

            if (call.WantsJson(parsed))
            {
                AdminCall.PrintJson(found);
            }
            else if (found.Base64 is { } bytes)
            {
                using var output = Console.OpenStandardOutput();
                await output.WriteAsync(Convert.FromBase64String(bytes), cancellation).ConfigureAwait(false);
            }
            else
            {
                Console.Out.WriteLine(found.Value);
            }

            return ExitCode.Done;
        }));
        return command;
    }

    public static Command List()
    {
        var command = new Command("list", "The records of a zone.\n\nExample:\n  edgecache record list shop.test");
        var call = new AdminCall(command);
        var zone = new Argument<string>("zone") { Description = "The zone, such as shop.test" };
        command.Arguments.Add(zone);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var records = await ZoneExportVerb.RecordsAsync(client, parsed.GetValue(zone)!, cancellation).ConfigureAwait(false);
            if (call.WantsJson(parsed))
            {
                AdminCall.PrintJson(new RecordList { Records = records });
                return ExitCode.Done;
            }

            var table = new TextTable("name", "type", "ttl", "serial", "value");
            records.ForEach(r => table.Add(r.Name, r.Type, $"{r.Ttl}", $"{r.Serial}", Shown(r.Value)));
            table.Write(Console.Out);
            return ExitCode.Done;
        }));
        return command;
    }

    private static string Shown(string? value)
    {
        var line = value?.ReplaceLineEndings(" | ") ?? "(bytes)";
        return line.Length > 60 ? line[..60] + "…" : line;
    }
}
