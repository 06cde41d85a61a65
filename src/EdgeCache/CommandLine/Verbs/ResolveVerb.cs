using System.CommandLine;
using System.Net;
using System.Text.Json;
using EdgeCache.Configuration;
using EdgeCache.Dns.Resolver;
using EdgeCache.Hosting;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache resolve NAME [TYPE]</c>: asks a resolver and shows what it says about its answer, or walks the hierarchy.</summary>
internal static class ResolveVerb
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Build()
    {
        var command = new Command("resolve", "Look a name up: of a resolver, with position, version and horizon of its answer; or step by step from the root.\n\nExamples:\n  edgecache resolve www.shop.test\n  edgecache resolve www.shop.test A --level strong\n  edgecache resolve www.shop.test --trace");
        var name = new Argument<string>("name") { Description = "A domain name, such as www.shop.test" };
        var type = new Argument<string>("type") { Description = "A DNS type", DefaultValueFactory = _ => "A" };
        var server = new Option<string>("--server") { Description = "The resolver that is asked", HelpName = "IP:PORT", DefaultValueFactory = _ => "127.0.0.1:5300" };
        var level = new Option<string?>("--level") { Description = "eventual, bounded;t=S, bounded;k=N, session, causal or strong", HelpName = "LEVEL" };
        var token = new Option<string?>("--token") { Description = "A session token that the answer must not be older than", HelpName = "TOKEN" };
        var trace = new Option<bool>("--trace") { Description = "Walk from the root, step by step" };
        var hints = new Option<string?>("--root-hints") { Description = "Where a walk starts (default: the all-in-one role's root)", HelpName = "FILE" };
        var port = new Option<int>("--upstream-port") { Description = "Port of the authorities on a walk", HelpName = "N", DefaultValueFactory = _ => Everything.AuthorityPort };
        var json = new Option<bool>("--json") { Description = "As JSON" };
        command.Arguments.Add(name);
        command.Arguments.Add(type);
        foreach (var option in new Option[] { server, level, token, trace, hints, port, json })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(name) is { } asked && Lookup.Explain(asked, result.GetValue(type) ?? "A") is { } fault)
            {
                result.AddError(fault);
            }

            if (result.GetValue(server) is { } address && !AddressAttribute.IsGood(AddressKind.Endpoint, address))
            {
                result.AddError($"--server '{address}' is not such an address; allowed: IP:PORT, such as 127.0.0.1:5300");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var steps = new List<LookupStep>();
            var asJson = parsed.GetValue(json);
            var (what, kind) = (parsed.GetValue(name)!, parsed.GetValue(type)!);
            if (parsed.GetValue(trace))
            {
                var start = parsed.GetValue(hints) is { } file ? RootHints.Read(file) : RootHints.Of(IPAddress.Parse(Everything.Hierarchy[0].Address));
                if (start.Errors is [var error, ..])
                {
                    return await Complaint.SayAsync(ExitCode.Usage, error.ToString()!, asJson).ConfigureAwait(false); // An error always has a text.
                }

                var found = await Lookup.WalkAsync(start, parsed.GetValue(port), what, kind, s => Take(s, steps, asJson), cancellation).ConfigureAwait(false);
                return Print(found, steps, asJson);
            }

            string[] demands = [.. parsed.GetValue(level) is { } l ? new[] { $"level={l}" } : [], .. parsed.GetValue(token) is { } t ? new[] { $"token={t}" } : []];
            var answer = await Lookup.AskAsync(IPEndPoint.Parse(parsed.GetValue(server)!), what, kind, string.Join(' ', demands), cancellation).ConfigureAwait(false);
            if (answer is null)
            {
                return await Complaint.SayAsync(ExitCode.Failed, $"{parsed.GetValue(server)} does not answer", asJson).ConfigureAwait(false);
            }

            return Print(answer, steps, asJson);
        });
        return command;
    }

    private static void Take(LookupStep step, List<LookupStep> steps, bool asJson)
    {
        steps.Add(step);
        if (asJson)
        {
            return;
        }

        Console.Out.WriteLine($"{step.Zone}  {step.Server ?? "-"}  {step.Question}: {step.Outcome}");
        foreach (var record in step.Records)
        {
            Console.Out.WriteLine($"    {record}");
        }
    }

    private static int Print(LookupResult answer, List<LookupStep> steps, bool asJson)
    {
        if (asJson)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new { answer.Status, answer.Records, answer.Authority, answer.Told, answer.Error, steps = steps.Count == 0 ? null : steps }, _json));
        }
        else
        {
            foreach (var record in answer.Records)
            {
                Console.Out.WriteLine(record);
            }

            Console.Out.WriteLine($"{answer.Status}{(answer.Error is null ? "" : $" ({answer.Error})")}");
            foreach (var (key, value) in answer.Told)
            {
                Console.Out.WriteLine($"{key}: {value}");
            }
        }

        return answer.Status is "NOERROR" or "NXDOMAIN" ? ExitCode.Done : ExitCode.Failed;
    }
}
