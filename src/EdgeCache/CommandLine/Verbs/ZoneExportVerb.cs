using System.CommandLine;
using EdgeCache.Client;
using EdgeCache.Client.Model;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Zones.Records;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache zone export</c>: a zone as a master file, or with everything as JSON.</summary>
internal static class ZoneExportVerb
{
    public static Command Build()
    {
        var command = new Command(
            "export", "Print a zone as a master file (RFC 1035); --json: every record with all fields, DOC too.\n\nExamples:\n  edgecache zone export shop.test > shop.test.zone\n  edgecache zone export shop.test --json > shop.test.json");
        var call = new AdminCall(command);
        var zone = new Argument<string>("zone") { Description = "The zone" };
        command.Arguments.Add(zone);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var apex = parsed.GetValue(zone)!;
            var records = await RecordsAsync(client, apex, cancellation).ConfigureAwait(false);
            if (call.WantsJson(parsed))
            {
                AdminCall.PrintJson(new RecordList { Records = records });
                return ExitCode.Done;
            }

            var dns = records.Where(r => r.Type != RecordKey.Doc && r.Value is not null).ToList();
            var serial = (await client.ExplainNameAsync(apex, "SOA", cancellation).ConfigureAwait(false)).GetProperty("soaSerial").GetUInt32();
            MasterFileWriter.Write(Console.Out, apex, serial, [.. dns.Select(r => new ZoneFileRecord(new RecordKey(r.Name, r.Type), r.Ttl, r.Value!))]); // Chosen above.
            if (records.Count > dns.Count)
            {
                await Console.Error.WriteLineAsync($"edgecache: {records.Count - dns.Count} records have no place in a master file; --json has them").ConfigureAwait(false);
            }

            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>All records of a zone that have a value.</summary>
    public static async Task<List<RecordDocument>> RecordsAsync(EdgeCacheClient client, string zone, CancellationToken cancellation)
    {
        var all = new List<RecordDocument>();
        string? after = null;
        do
        {
            var page = await client.RecordsAsync(ZoneVerb.InPath(zone), after, cancellation).ConfigureAwait(false);
            all.AddRange(page.Records.Where(r => !r.IsDeleted));
            after = page.Next;
        }
        while (after is not null);
        return all;
    }
}
