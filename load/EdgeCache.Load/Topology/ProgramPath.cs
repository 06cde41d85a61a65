namespace EdgeCache.Load.Topology;

/// <summary>What is installed: programs on PATH.</summary>
public static class ProgramPath
{
    /// <summary>True when <paramref name="program"/> is on PATH. System folders count, since daemons live there and users' paths often leave them out.</summary>
    public static bool Has(string program) => Find(program) is not null;

    /// <summary>The full path of a program; null when it is not there.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append("/usr/sbin").Append("/usr/local/sbin")
            .Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists);
}
