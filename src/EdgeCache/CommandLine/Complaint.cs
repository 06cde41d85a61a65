using System.CommandLine;
using System.CommandLine.Parsing;

namespace EdgeCache.CommandLine;

/// <summary>How a verb says that it failed: a line on standard error; with <c>--json</c> also an object on standard output, which then is one JSON document whatever happens.</summary>
internal static class Complaint
{
    /// <summary>Says it and hands back <paramref name="exit"/>; <paramref name="next"/> is what to do about it.</summary>
    public static async Task<int> SayAsync(int exit, string error, bool json, string? next = null)
    {
        await Console.Error.WriteLineAsync($"edgecache: {error}{(next is null ? "" : $"\n{next}")}").ConfigureAwait(false);
        if (json)
        {
            Verbs.AdminCall.PrintJson(new { error, next, exit });
        }

        return exit;
    }

    /// <summary>Where the verb in question is explained.</summary>
    public static string Help(ParseResult parsed) => $"Try: {string.Join(' ', Path(parsed.CommandResult).Prepend("edgecache"))} --help";

    private static IEnumerable<string> Path(CommandResult result) =>
        result.Parent is CommandResult parent ? Path(parent).Append(result.Command.Name) : [];
}
