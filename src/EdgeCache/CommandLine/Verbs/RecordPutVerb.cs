using System.CommandLine;
using System.Text;
using EdgeCache.Client;
using EdgeCache.Zones.Records;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache record put</c>.</summary>
internal static class RecordPutVerb
{
    public static Command Build()
    {
        var command = new Command("put", "Publish a record.\n\nExamples:\n  edgecache record put shop.test www A 192.0.2.77 --ttl 30\n  edgecache record put shop.test banner DOC --file banner.html --content-type text/html");
        var call = new AdminCall(command);
        var record = new RecordArguments(command);
        var value = new Argument<string[]>("value") { Description = "The value; several are lines of one RRset", Arity = ArgumentArity.ZeroOrMore };
        var file = new Option<FileInfo?>("--file") { Description = "Read the value from a file" };
        var ttl = new Option<int?>("--ttl") { Description = "Time to live, seconds" };
        var tag = new Option<string[]>("--tag") { Description = "A tag whose purge covers the record" };
        var type = new Option<string>("--content-type") { Description = "Media type of a DOC", DefaultValueFactory = _ => "text/plain" };
        var ifMatch = new Option<string?>("--if-match") { Description = "Only over this version (its ETag)" };
        var ifAbsent = new Option<bool>("--if-absent") { Description = "Only when there is none" };
        var change = new Option<string?>("--change") { Description = "An id of yours: a repeat with the same id is one publish" };
        ttl.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var seconds) && seconds is < 0 or > Record.MaxTtl)
            {
                result.AddError($"--ttl '{token.Value}' is not allowed; allowed: 0 to {Record.MaxTtl} seconds");
            }
        });
        command.Arguments.Add(value);
        foreach (var option in new Option[] { file, ttl, tag, type, ifMatch, ifAbsent, change })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if ((result.GetResult(file) is null) == (result.GetResult(value) is not { Tokens.Count: > 0 }))
            {
                result.AddError("no value, or two; allowed: the value after the type, or --file FILE");
            }
        });
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var (zone, name, recordType) = record.Of(parsed);
            var bytes = parsed.GetValue(file) is { } from
                ? await File.ReadAllBytesAsync(from.ToString(), cancellation).ConfigureAwait(false)
                : Encoding.UTF8.GetBytes(string.Join('\n', parsed.GetValue(value)!));
            var publication = new Publication
            {
                Value = bytes,
                ContentType = parsed.GetValue(type)!,
                Ttl = parsed.GetValue(ttl),
                Tags = parsed.GetValue(tag) ?? [],
                IfMatch = parsed.GetValue(ifMatch),
                IfAbsent = parsed.GetValue(ifAbsent),
                ChangeId = parsed.GetValue(change),
            };
            var result = await client.PublishAsync(zone, name, recordType, publication, cancellation).ConfigureAwait(false);
            call.Print(parsed, result, result.Change);
            return ExitCode.Done;
        }));
        return command;
    }
}
