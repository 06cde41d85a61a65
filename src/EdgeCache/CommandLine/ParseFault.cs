using System.CommandLine;
using System.CommandLine.Parsing;

namespace EdgeCache.CommandLine;

/// <summary>What is wrong with an argument, in words of the command line and not of the code.</summary>
internal static class ParseFault
{
    public static string Text(ParseError error) => error.SymbolResult is OptionResult { Tokens: [.., var token], Option: var option } && error.Message.StartsWith("Cannot parse", StringComparison.Ordinal)
        ? $"{option.Name} '{PlainText.Of(token.Value)}' is not {Kind(option)}"
        : error is { SymbolResult: ArgumentResult { Argument: var argument } } && error.Message.StartsWith("Required argument", StringComparison.Ordinal) ? $"<{argument.Name}> is missing"
        : PlainText.Of(string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    private static string Kind(Option option)
    {
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        return type.IsEnum ? "known; allowed: " + string.Join(", ", Enum.GetNames(type).Select(n => n.ToLowerInvariant()))
            : type == typeof(int) || type == typeof(long) ? "a whole number, or too large"
            : type == typeof(double) ? "a number"
            : "such a value";
    }
}
