using System.CommandLine;
using EdgeCache.Configuration;
using EdgeCache.Hosting;

namespace EdgeCache.CommandLine.Roles;

/// <summary>From options to a running process: check everything first, then open listeners.</summary>
internal static class RoleRun
{
    public static async Task<int> FromFileAsync(string file)
    {
        var (options, violations) = ConfigurationFile.Load(file);
        if (options is not null)
        {
            return await Deployment.RunAsync(options, goOn: false).ConfigureAwait(false);
        }

        foreach (var violation in violations)
        {
            await Console.Error.WriteLineAsync(violation.Describe(file)).ConfigureAwait(false);
        }

        return ExitCode.Usage;
    }

    public static Task<int> EverythingAsync(string data) => Deployment.RunAsync(Everything.Options(data), goOn: true);

    /// <summary>A role from flags: the same options, the same checks.</summary>
    public static async Task<int> FromFlagsAsync(ParseResult parsed, ProgramOptions options)
    {
        var violations = ConfigurationFile.Check(options);
        return violations.Count > 0
            ? await Complaint.SayAsync(ExitCode.Usage, string.Join("\nedgecache: ", violations.Select(v => FlagFault.Describe(v, parsed.CommandResult.Command))), json: false, Complaint.Help(parsed)).ConfigureAwait(false)
            : await Deployment.RunAsync(options, goOn: false).ConfigureAwait(false);
    }
}
