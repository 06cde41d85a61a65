using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EdgeCache.Load.Scenarios;

/// <summary>What the parser of JSON refuses, in words of the scenario file: the field, what is wrong, and what is allowed there. Pure.</summary>
internal static partial class ScenarioFault
{
    /// <summary>One line for a fault of a text that was to become a <see cref="Scenario"/>.</summary>
    public static string Of(JsonException fault)
    {
        var steps = Step().Matches(fault.Path ?? "").Select(m => m.Value.TrimStart('.')).ToList();
        var field = string.Join('.', steps).Replace(".[", "[", StringComparison.Ordinal);
        if (Missing().Match(fault.Message) is { Success: true } missing)
        {
            return $"{(field.Length == 0 ? "" : field + ".")}{missing.Groups[1].Value}: it must be given";
        }

        if (fault.Message.StartsWith("The JSON property", StringComparison.Ordinal))
        {
            return $"{field}: not known; allowed: {Members(TypeAt(steps.SkipLast(1)))}";
        }

        return fault.Message.StartsWith("The JSON value", StringComparison.Ordinal)
            ? $"{(field.Length == 0 ? "the file" : field)}: not what belongs there; allowed: {Allowed(TypeAt(steps))}"
            : $"line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}: this is not JSON; allowed: an object with {Members(typeof(Scenario))}";
    }

    private static Type TypeAt(IEnumerable<string> steps)
    {
        var type = typeof(Scenario);
        foreach (var step in steps)
        {
            var next = step.StartsWith('[')
                ? type.GetGenericArguments().FirstOrDefault()
                : type.GetProperty(step, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)?.PropertyType;
            if (next is null)
            {
                break;
            }

            type = Nullable.GetUnderlyingType(next) ?? next;
        }

        return type;
    }

    private static string Allowed(Type type) =>
        type.IsEnum ? string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))
        : type == typeof(string) ? "a text"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type.IsPrimitive ? "a number"
        : typeof(IEnumerable).IsAssignableFrom(type) ? "a list"
        : $"an object with {Members(type)}";

    private static string Members(Type type) =>
        string.Join(", ", type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)));

    [GeneratedRegex(@"\.[^.\[]+|\[\d+\]")]
    private static partial Regex Step();

    [GeneratedRegex("missing required properties[^']*(?:'[^']*'[^':]*: )?'([^']+)'")]
    private static partial Regex Missing();
}
