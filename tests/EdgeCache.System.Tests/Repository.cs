using System.Runtime.CompilerServices;

namespace EdgeCache.System.Tests;

/// <summary>Where the checkout is, and what the machine has.</summary>
internal static class Repository
{
    public static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../.."));

    public static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, program)));

    private static string Here([CallerFilePath] string path = "") => path;
}
