using System.CommandLine;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache zone restore|backup|forget</c>: what an operator does when a store was lost, and before.</summary>
internal static class ZoneRestoreVerb
{
    public static Command Restore()
    {
        var command = new Command(
            "restore",
            "Open a new epoch for a zone whose log is gone (store-lost) or not to be trusted: every follower reads it anew, and every cached answer of it is validated.\n\nExample:\n  edgecache zone restore shop.test");
        var call = new AdminCall(command);
        var zone = new Argument<string>("zone") { Description = "The zone, such as shop.test" };
        command.Arguments.Add(zone);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var restored = await client.RestoreZoneAsync(ZoneVerb.InPath(parsed.GetValue(zone)!), cancellation).ConfigureAwait(false);
            call.Print(parsed, restored, restored.Epoch);
            return ExitCode.Done;
        }));
        return command;
    }

    public static Command Forget()
    {
        var command = new Command(
            "forget",
            "Forget a region that will never come back: what is deleted in the zone waits for it no longer before it is gone for good. 'zone show' lists the regions.\n\nExample:\n  edgecache zone forget shop.test us");
        var call = new AdminCall(command);
        var zone = new Argument<string>("zone") { Description = "The zone, such as shop.test" };
        var region = new Argument<string>("region") { Description = "The region that does not come back" };
        command.Arguments.Add(zone);
        command.Arguments.Add(region);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            await client.ForgetRegionAsync(ZoneVerb.InPath(parsed.GetValue(zone)!), parsed.GetValue(region)!, cancellation).ConfigureAwait(false);
            if (call.WantsJson(parsed))
            {
                AdminCall.PrintJson(new { forgotten = parsed.GetValue(region) });
            }

            return ExitCode.Done;
        }));
        return command;
    }

    public static Command Backup()
    {
        var command = new Command("backup", "Copy the embedded store with all its zones, consistent, while it is in use.\n\nExample:\n  edgecache zone backup edgecache-backup.db");
        var call = new AdminCall(command);
        var file = new Argument<string>("file") { Description = "The file to write; it must not be there yet" };
        command.Arguments.Add(file);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var path = parsed.GetValue(file)!;
            if (File.Exists(path))
            {
                return await Complaint.SayAsync(ExitCode.Usage, $"'{path}' is there already; allowed: a file that is not", call.WantsJson(parsed)).ConfigureAwait(false);
            }

            // A name of its own until it is whole: a backup that broke off must not be taken for one.
            var part = path + ".part";
            try
            {
                await using (var target = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
                {
                    await client.BackupAsync(target, cancellation).ConfigureAwait(false);
                    target.Flush(flushToDisk: true);
                }

                File.Move(part, path);
            }
            catch
            {
                File.Delete(part);
                throw;
            }

            call.Print(parsed, new { file = path, bytes = new FileInfo(path).Length }, path);
            return ExitCode.Done;
        }));
        return command;
    }
}
