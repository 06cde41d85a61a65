using System.CommandLine;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache record put|get|delete|list|history|diff|revert</c>.</summary>
internal static class RecordVerb
{
    public static Command Build()
    {
        var command = new Command("record", "Records: publish, read, compare, bring back.");
        command.Subcommands.Add(RecordPutVerb.Build());
        command.Subcommands.Add(RecordReadVerbs.Get());
        command.Subcommands.Add(RecordReadVerbs.List());
        command.Subcommands.Add(Delete());
        command.Subcommands.Add(RecordHistoryVerbs.History());
        command.Subcommands.Add(RecordHistoryVerbs.Diff());
        command.Subcommands.Add(RecordHistoryVerbs.Revert());
        return command;
    }

    private static Command Delete()
    {
        var command = new Command("delete", "Delete a record; a tombstone remains for a day.\n\nExample:\n  edgecache record delete shop.test www A");
        var call = new AdminCall(command);
        var record = new RecordArguments(command);
        var ifMatch = new Option<string?>("--if-match") { Description = "Only this version (its ETag)" };
        command.Options.Add(ifMatch);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var (zone, name, type) = record.Of(parsed);
            var result = await client.DeleteAsync(zone, name, type, parsed.GetValue(ifMatch), cancellation).ConfigureAwait(false);
            call.Print(parsed, result, result.Change);
            return ExitCode.Done;
        }));
        return command;
    }
}
