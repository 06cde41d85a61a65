using System.CommandLine;
using System.CommandLine.Parsing;

namespace EdgeCache.Load.CommandLine;

/// <summary>What is wrong with a command line, in words of the command line and not of the code. Pure.</summary>
public static class ParseFault
{
    /// <summary>Most letters in which a word may differ from the one that was probably meant.</summary>
    private const int MaxSlips = 2;

    /// <summary>One line for each fault; none when the line is right.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var isVerbMissing = command.Subcommands.Any(s => !s.Hidden) && command.Action is null;
        if (parsed.Errors.Count > 0 && isVerbMissing)
        {
            return [MissingVerb(command, parsed.UnmatchedTokens)];
        }

        // What follows a word that is no verb was meant for it.
        var unknown = command.Subcommands.Any(s => !s.Hidden) ? [.. parsed.UnmatchedTokens.Take(1)] : parsed.UnmatchedTokens;
        return
        [
            .. unknown.Where((t, i) => !IsValueOfUnknown(unknown, i)).Select(t => Unknown(command, t)),
            .. parsed.Errors.Where(e => !e.Message.StartsWith("Unrecognized command", StringComparison.Ordinal)).Select(Text).Distinct(),
        ];
    }

    private static string MissingVerb(Command command, IReadOnlyList<string> given)
    {
        var verbs = command.Subcommands.Where(s => !s.Hidden).Select(s => s.Name).ToList();
        return given is [var word, ..]
            ? $"'{word}' is no verb of {NameOf(command)}; {Meant(word, verbs) ?? $"allowed: {string.Join(", ", verbs)}"}"
            : $"{NameOf(command)} needs a verb; allowed: {string.Join(", ", verbs)}";
    }

    private static string Unknown(Command command, string token)
    {
        var words = token.StartsWith('-')
            ? command.Options.Concat(Above(command).SelectMany(p => p.Options.Where(o => o.Recursive))).Where(o => !o.Hidden).Select(o => o.Name)
            : command.Subcommands.Where(s => !s.Hidden).Select(s => s.Name);
        var what = token.StartsWith('-') ? $"'{token}' is no option of {NameOf(command)}"
            : words.Any() ? $"'{token}' is no verb of {NameOf(command)}"
            : $"'{token}' is one word too many";
        return Meant(token, words) is { } meant ? $"{what}; {meant}" : what;
    }

    private static IEnumerable<Command> Above(Command command) => command.Parents.OfType<Command>().SelectMany(p => Above(p).Prepend(p));

    /// <summary>The word behind an option nobody knows belongs to it.</summary>
    private static bool IsValueOfUnknown(IReadOnlyList<string> tokens, int index) =>
        index > 0 && !tokens[index].StartsWith('-') && tokens[index - 1].StartsWith("--", StringComparison.Ordinal);

    private static string NameOf(Command command) => command is RootCommand ? "this program" : $"'{command.Name}'";

    private static string? Meant(string word, IEnumerable<string> known)
    {
        var nearest = known.Select(k => (Name: k, Slips: Slips(word, k))).Where(k => k.Slips <= MaxSlips && k.Slips <= k.Name.Length / 2).OrderBy(k => k.Slips).FirstOrDefault();
        return nearest.Name is null ? null : $"did you mean {nearest.Name}?";
    }

    /// <summary>Letters to change, add or take away between two words (Levenshtein).</summary>
    private static int Slips(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > MaxSlips)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            var above = row[0]++;
            for (var j = 0; j < right.Length; j++)
            {
                (above, row[j + 1]) = (row[j + 1], Math.Min(Math.Min(row[j], row[j + 1]) + 1, above + (left[i] == right[j] ? 0 : 1)));
            }
        }

        return row[^1];
    }

    private static string Text(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens: [.., var token], Option: var option } when error.Message.StartsWith("Cannot parse", StringComparison.Ordinal) => $"{option.Name} '{token.Value}' is not {Kind(option)}",
        OptionResult { Option: var option } when error.Message.StartsWith("Required argument", StringComparison.Ordinal) => $"{option.Name} needs a value",
        ArgumentResult { Argument: var argument } when error.Message.StartsWith("Required argument", StringComparison.Ordinal) => $"<{argument.Name}> is missing",
        _ when error.Message.StartsWith("Option '", StringComparison.Ordinal) && error.Message.EndsWith("' is required.", StringComparison.Ordinal) => $"{error.Message.Split('\'')[1]} is missing",
        _ when OneOf(error) is { } choice => choice,
        _ => string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
    };

    /// <summary>A word that is none of a list's, which the library tells on several lines.</summary>
    private static string? OneOf(ParseError error)
    {
        const string divider = "not recognized. Must be one of:";
        return error is { SymbolResult: OptionResult { Tokens: [.., var token], Option: var option } } && error.Message.IndexOf(divider, StringComparison.Ordinal) is > 0 and var cut
            ? $"{option.Name} '{token.Value}' is not known; allowed: {string.Join(", ", error.Message[(cut + divider.Length)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(w => w.Trim('\'')))}"
            : null;
    }

    private static string Kind(Option option)
    {
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type.IsEnum ? "known; allowed: " + string.Join(", ", Enum.GetNames(type).Select(n => n.ToLowerInvariant()))
            : type == typeof(int) || type == typeof(long) ? "a whole number, or too large"
            : type == typeof(double) ? "a number"
            : "such a value";
    }
}
