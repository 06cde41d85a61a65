using System.CommandLine;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache record history|diff|revert</c>.</summary>
internal static class RecordHistoryVerbs
{
    public static Command History()
    {
        var command = new Command("history", "The versions of a record, newest first.\n\nExample:\n  edgecache record history shop.test www A");
        var call = new AdminCall(command);
        var record = new RecordArguments(command);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var (zone, name, type) = record.Of(parsed);
            var versions = await client.HistoryAsync(zone, name, type, cancellation).ConfigureAwait(false);
            if (call.WantsJson(parsed))
            {
                AdminCall.PrintJson(versions);
                return ExitCode.Done;
            }

            var table = new TextTable("serial", "committed", "origin", "digest", "what");
            foreach (var v in versions.Records)
            {
                table.Add(
                    $"{v.Serial}",
                    DateTimeOffset.FromUnixTimeMilliseconds(v.CommittedAt).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'"),
                    v.Origin,
                    v.Digest[..12],
                    v.Reason is { } reason ? (reason == "older" ? "lost: older" : reason) : v.IsDeleted ? "deleted" : "");
            }

            table.Write(Console.Out);
            return ExitCode.Done;
        }));
        return command;
    }

    public static Command Diff()
    {
        var command = new Command("diff", "What changed between two versions.\n\nExample:\n  edgecache record diff shop.test www A --from 3 --to 7");
        var call = new AdminCall(command);
        var record = new RecordArguments(command);
        var from = new Option<long>("--from") { Description = "Serial of the older version", Required = true };
        var to = new Option<long>("--to") { Description = "Serial of the newer version", Required = true };
        command.Options.Add(from);
        command.Options.Add(to);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var (zone, name, type) = record.Of(parsed);
            var diff = await client.DiffAsync(zone, name, type, parsed.GetValue(from), parsed.GetValue(to), cancellation).ConfigureAwait(false);
            if (call.WantsJson(parsed))
            {
                AdminCall.PrintJson(diff);
                return ExitCode.Done;
            }

            foreach (var line in diff.Lines)
            {
                Console.Out.WriteLine(line);
            }

            return ExitCode.Done;
        }));
        return command;
    }

    public static Command Revert()
    {
        var command = new Command("revert", "Publish the value of an old version again.\n\nExample:\n  edgecache record revert shop.test www A --to 3");
        var call = new AdminCall(command);
        var record = new RecordArguments(command);
        var to = new Option<long>("--to") { Description = "Serial of the version to bring back", Required = true };
        command.Options.Add(to);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var (zone, name, type) = record.Of(parsed);
            var result = await client.RevertAsync(zone, name, type, parsed.GetValue(to), cancellation).ConfigureAwait(false);
            call.Print(parsed, result, result.Change);
            return ExitCode.Done;
        }));
        return command;
    }
}
