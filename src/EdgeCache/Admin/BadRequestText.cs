using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace EdgeCache.Admin;

/// <summary>What the framework refuses before an endpoint sees it, in words of the API: where it is wrong, and what is allowed there.</summary>
internal static partial class BadRequestText
{
    public static IResult Of(HttpContext context, BadHttpRequestException fault)
    {
        if (fault.InnerException is JsonException json)
        {
            var (what, allowed) = OfJson(context, json);
            return Problem.Of(fault.StatusCode, what, null, allowed);
        }

        var parameter = Parameter().Match(fault.Message);
        return parameter.Success
            ? Problem.Of(fault.StatusCode, $"{parameter.Groups["name"].Value}: {(fault.Message.StartsWith("Required", StringComparison.Ordinal) ? "it is missing" : "it cannot be read")}", null, "a whole number in the query, ?" + parameter.Groups["name"].Value + "=N")
            : Problem.Of(fault.StatusCode, fault.Message);
    }

    private static (string What, string? Allowed) OfJson(HttpContext context, JsonException fault)
    {
        var members = context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } type
            ? "a JSON object with some of " + string.Join(", ", type.GetProperties().Where(p => p.CanWrite).Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)))
            : null;
        var where = fault.Path is null or "$" ? "" : $" at {fault.Path[2..]}";
        var place = fault.LineNumber is { } line ? $" (line {line + 1}, byte {fault.BytePositionInLine + 1})" : "";
        if (UnknownMember().Match(fault.Message) is { Success: true } unknown)
        {
            return ($"'{unknown.Groups[1].Value}' is not known", members);
        }

        return fault.Message.Contains("could not be converted", StringComparison.Ordinal)
            ? ($"the JSON{where} is of another kind than what belongs there{place}", members)
            : ($"this is not JSON{place}: {fault.Message.Split(" Path:", StringSplitOptions.None)[0].Split(" LineNumber:", StringSplitOptions.None)[0]}", members);
    }

    [GeneratedRegex("(?:Required parameter|Failed to bind parameter) \"[A-Za-z0-9?`<>\\[\\]]+ (?<name>[A-Za-z]+)\"")]
    private static partial Regex Parameter();

    [GeneratedRegex("^The JSON property '([^']*)' could not be mapped")]
    private static partial Regex UnknownMember();
}
