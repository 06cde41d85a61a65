using System.CommandLine;
using EdgeCache.Client;
using EdgeCache.Client.Model;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache record put|get|delete|erase|list|history|diff|revert</c>.</summary>
internal static class RecordVerb
{
    public static Command Build()
    {
        var command = new Command("record", "Records: publish, read, compare, bring back.");
        command.Subcommands.Add(RecordPutVerb.Build());
        command.Subcommands.Add(RecordReadVerbs.Get());
        command.Subcommands.Add(RecordReadVerbs.List());
        command.Subcommands.Add(Removal(
            "delete",
            "Delete a record; a tombstone remains for a day.\n\nExample:\n  edgecache record delete shop.test www A",
            (client, at, ifMatch, cancellation) => client.DeleteAsync(at.Zone, at.Name, at.Type, ifMatch, cancellation)));
        command.Subcommands.Add(Removal(
            "erase",
            "Delete a record and take its older values out of the history and the log, in every region. A hard purge is about caches only.\n\nExample:\n  edgecache record erase shop.test user-17 DOC",
            (client, at, ifMatch, cancellation) => client.EraseAsync(at.Zone, at.Name, at.Type, ifMatch, cancellation)));
        command.Subcommands.Add(RecordHistoryVerbs.History());
        command.Subcommands.Add(RecordHistoryVerbs.Diff());
        command.Subcommands.Add(RecordHistoryVerbs.Revert());
        return command;
    }

    private static Command Removal(
        string name, string description, Func<EdgeCacheClient, (string Zone, string Name, string Type), string?, CancellationToken, Task<PublicationResult>> remove)
    {
        var command = new Command(name, description);
        var call = new AdminCall(command);
        var record = new RecordArguments(command);
        var ifMatch = new Option<string?>("--if-match") { Description = "Only this version (its ETag)" };
        command.Options.Add(ifMatch);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var result = await remove(client, record.Of(parsed), parsed.GetValue(ifMatch), cancellation).ConfigureAwait(false);
            call.Print(parsed, result, result.Change);
            return ExitCode.Done;
        }));
        return command;
    }
}
