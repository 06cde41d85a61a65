using System.Runtime.CompilerServices;

namespace EdgeCache.Load.Topology;

/// <summary>The command that starts <c>edgecache</c>, as the first words of a command line.</summary>
public static class EdgeCacheProgram
{
    private const string Assembly = "edgecache.dll";

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    /// <summary>This very process, for the verb of the program itself.</summary>
    public static IReadOnlyList<string> Self()
    {
        var path = Environment.ProcessPath ?? "";
        return Path.GetFileNameWithoutExtension(path) == "edgecache" ? [path] : ["dotnet", Path.Combine(AppContext.BaseDirectory, Assembly)];
    }

    /// <summary>A given file, or the one that this checkout builds.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says how to build it.</exception>
    public static IReadOnlyList<string> Find(string? given)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, Assembly);
        var built = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, $"../../../src/EdgeCache/bin/{Configuration}/net10.0/{Assembly}"));
        var file = given ?? (File.Exists(beside) ? beside : built);
        if (!File.Exists(file))
        {
            throw new InvalidOperationException($"--edgecache: {file} does not exist; build it with: dotnet build -c {Configuration} src/EdgeCache");
        }

        return file.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", file] : [file];
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
