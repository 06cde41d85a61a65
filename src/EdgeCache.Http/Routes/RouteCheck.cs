namespace EdgeCache.Http.Routes;

/// <summary>Reads a cache rules file without taking it.</summary>
public static class RouteCheck
{
    /// <summary>What is wrong with it, each with file, place, and what is allowed; empty when it is good.</summary>
    public static IReadOnlyList<string> Errors(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > RouteFile.MaxBytes } large
                ? [$"{path}:$: has {large.Length} bytes; allowed: at most {RouteFile.MaxBytes}"]
                : [.. RouteReader.Read(path, File.ReadAllBytes(path), out _).Select(e => e.ToString())];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [$"{path}:$: {problem.Message}; allowed: a readable file with cache rules"];
        }
    }
}
