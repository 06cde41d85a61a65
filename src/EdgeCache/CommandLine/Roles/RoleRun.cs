using EdgeCache.Configuration;
using EdgeCache.Hosting;

namespace EdgeCache.CommandLine.Roles;

/// <summary>From options to a running process: check everything first, then open listeners.</summary>
internal static class RoleRun
{
    public static async Task<int> FromFileAsync(string file)
    {
        var (options, violations) = ConfigurationFile.Load(file);
        return options is null ? await RefuseAsync(file, violations).ConfigureAwait(false) : await Deployment.RunAsync(options, goOn: false).ConfigureAwait(false);
    }

    public static Task<int> EverythingAsync(string data) => Deployment.RunAsync(Everything.Options(data), goOn: true);

    /// <summary>A role from flags: the same options, the same checks.</summary>
    public static async Task<int> FromFlagsAsync(ProgramOptions options)
    {
        var violations = ConfigurationFile.Check(options);
        return violations.Count > 0
            ? await RefuseAsync("command line", violations).ConfigureAwait(false)
            : await Deployment.RunAsync(options, goOn: false).ConfigureAwait(false);
    }

    private static async Task<int> RefuseAsync(string source, IReadOnlyList<Violation> violations)
    {
        foreach (var violation in violations)
        {
            await Console.Error.WriteLineAsync(violation.Describe(source)).ConfigureAwait(false);
        }

        return ExitCode.Usage;
    }
}
