using System.CommandLine;
using EdgeCache.Client.Model;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache purge</c>: raises floors; prints the change to wait for.</summary>
internal static class PurgeVerb
{
    public static Command Build()
    {
        var command = new Command("purge", "Make cached answers stale on every node.\n\nExamples:\n  edgecache purge --tag product-1\n  edgecache purge --url http://shop.test/products/1 --hard");
        var call = new AdminCall(command);
        var url = Add(command, "--url", "A URL; without a query it covers all queries");
        var tag = Add(command, "--tag", "A tag");
        var prefix = Add(command, "--prefix", "The beginning of /path or host/path");
        var host = Add(command, "--host", "A host");
        var name = Add(command, "--name", "A record name relative to the apex (needs --zone)");
        var subtree = Add(command, "--subtree", "A record name and everything below it, for resolvers (needs --zone)");
        var type = new Option<string?>("--type") { Description = "Record type that goes with --name" };
        var all = new Option<bool>("--all") { Description = "Everything in the zone" };
        var zone = new Option<string?>("--zone") { Description = "The zone; without it every zone the caller may purge" };
        var hard = new Option<bool>("--hard") { Description = "Free the bytes; nothing is served from them again" };
        var settle = new DurationOption("--settle", "Entries filled within this time after the purge are validated once when it ends: for applications that read from a replica which lags");
        foreach (var option in new Option[] { type, all, zone, hard, settle })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (new Option[] { url, tag, prefix, host, name, subtree, all }.All(o => result.GetResult(o) is not { Implicit: false }))
            {
                result.AddError("nothing is selected; allowed: --url, --tag, --prefix, --host, --name, --subtree, --all");
            }

            if ((result.GetResult(name) ?? result.GetResult(subtree)) is { } relative && result.GetResult(zone) is null)
            {
                result.AddError($"{relative.Option.Name} is relative to a zone; allowed: --zone ZONE beside it");
            }

            if (result.GetResult(type) is not null && result.GetResult(name) is null)
            {
                result.AddError("--type says which records of a name; allowed: --name NAME beside it");
            }
        });
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            SelectorDocument[] select =
            [
                .. (parsed.GetValue(url) ?? []).Select(v => new SelectorDocument { Url = v }),
                .. (parsed.GetValue(tag) ?? []).Select(v => new SelectorDocument { Tag = v }),
                .. (parsed.GetValue(prefix) ?? []).Select(v => new SelectorDocument { Prefix = v }),
                .. (parsed.GetValue(host) ?? []).Select(v => new SelectorDocument { Host = v }),
                .. (parsed.GetValue(name) ?? []).Select(v => new SelectorDocument { Name = v, Type = parsed.GetValue(type) }),
                .. (parsed.GetValue(subtree) ?? []).Select(v => new SelectorDocument { Subtree = v }),
                .. parsed.GetValue(all) ? new[] { new SelectorDocument { All = true } } : [],
            ];
            var receipts = await client.PurgeAsync(
                new PurgeDocument { Zone = parsed.GetValue(zone), Select = select, Mode = parsed.GetValue(hard) ? "hard" : "soft", Settle = (int?)settle.In(parsed)?.TotalMilliseconds },
                null,
                cancellation).ConfigureAwait(false);
            Print(receipts, call.WantsJson(parsed));
            return ExitCode.Done;
        }));
        return command;
    }

    // Zones that list hosts of their own are what a script waits for; the rest was covered to be safe and goes to standard error.
    private static void Print(ChangeReceipts receipts, bool json)
    {
        if (json)
        {
            AdminCall.PrintJson(receipts);
            return;
        }

        var anyNamed = receipts.Changes.Any(c => c.IsNamed);
        foreach (var receipt in receipts.Changes)
        {
            (receipt.IsNamed || !anyNamed ? Console.Out : Console.Error).WriteLine(receipt.IsNamed || !anyNamed ? receipt.Change : $"also {receipt.Change}");
        }
    }

    private static Option<string[]> Add(Command command, string name, string description)
    {
        var option = new Option<string[]>(name) { Description = description };
        command.Options.Add(option);
        return option;
    }
}
