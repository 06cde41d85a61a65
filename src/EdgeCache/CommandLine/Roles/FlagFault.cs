using System.CommandLine;
using System.Text.Json;
using EdgeCache.Configuration;

namespace EdgeCache.CommandLine.Roles;

/// <summary>What a check of options found, in words of the flags they came from.</summary>
internal static class FlagFault
{
    /// <summary>Options whose flag has another name than the option or the options around it.</summary>
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["redisAuthorityFile"] = "--redis-ca",
        ["zoneFiles"] = "--zone-file",
        ["from"] = "--replicate-from",
        ["of"] = "--replica-of",
        ["keyFile"] = "--tsig-key",
        ["allow"] = "--transfer-to",
        ["resolvers"] = "--dns",
    };

    public static string Describe(Violation violation, Command command) => $"{FlagOf(violation.Path, command)}: {violation.What}; allowed: {violation.Allowed}";

    /// <summary>The flag of <paramref name="path"/>: of its last name, else of the one around it; a path without any stays.</summary>
    private static string FlagOf(string path, Command command)
    {
        foreach (var name in path.Split('.').Reverse().Select(static p => p.Split('[')[0]))
        {
            var flag = Renamed.GetValueOrDefault(name) ?? "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(name);
            if (command.Options.Any(o => o.Name == flag))
            {
                return flag;
            }
        }

        return path;
    }
}
