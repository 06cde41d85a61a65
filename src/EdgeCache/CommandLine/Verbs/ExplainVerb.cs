using System.CommandLine;
using System.Text.Json;

namespace EdgeCache.CommandLine.Verbs;

/// <summary><c>edgecache explain URL|NAME</c>: why this answer.</summary>
internal static class ExplainVerb
{
    public static Command Build()
    {
        var command = new Command("explain", "Why a URL or a name is answered as it is.\n\nExamples:\n  edgecache explain http://localhost:8080/products/1\n  edgecache explain www.shop.test --type A");
        var call = new AdminCall(command);
        var what = new Argument<string>("url-or-name") { Description = "A URL such as http://localhost:8080/products/1, or a name such as www.shop.test" };
        var type = new Option<string>("--type") { Description = "Record type of a name", DefaultValueFactory = _ => "A" };
        what.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: 0 }])
            {
                result.AddError("nothing to explain; allowed: a URL such as http://localhost:8080/products/1, or a name such as www.shop.test");
            }
        });
        command.Arguments.Add(what);
        command.Options.Add(type);
        command.SetAction((parsed, cancellation) => call.RunAsync(parsed, async client =>
        {
            var given = parsed.GetValue(what)!;
            var subject = given.Contains('/', StringComparison.Ordinal) && !given.Contains("://", StringComparison.Ordinal) ? $"http://{given}" : given; // As curl takes it.
            var answer = subject.Contains("://", StringComparison.Ordinal)
                ? await client.ExplainUrlAsync(subject, cancellation).ConfigureAwait(false)
                : await client.ExplainNameAsync(subject, parsed.GetValue(type)!, cancellation).ConfigureAwait(false);
            if (call.WantsJson(parsed))
            {
                AdminCall.PrintJson(answer);
                return ExitCode.Done;
            }

            Write(answer, "");
            return ExitCode.Done;
        }));
        return command;
    }

    private static void Write(JsonElement json, string indent)
    {
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    Console.Out.WriteLine($"{indent}{member.Name}");
                    Write(member.Value, indent + "  ");
                    break;
                case JsonValueKind.Array:
                    WriteList(member, indent);
                    break;
                default:
                    Console.Out.WriteLine($"{indent}{member.Name}: {PlainText.Of(member.Value.ToString())}");
                    break;
            }
        }
    }

    private static void WriteList(JsonProperty list, string indent)
    {
        Console.Out.WriteLine(list.Value.GetArrayLength() == 0 ? $"{indent}{list.Name}: none" : $"{indent}{list.Name}");
        foreach (var item in list.Value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                Console.Out.WriteLine($"{indent}  -");
                Write(item, indent + "    ");
            }
            else
            {
                Console.Out.WriteLine($"{indent}  {PlainText.Of(item.ToString())}");
            }
        }
    }
}
