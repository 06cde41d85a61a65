namespace EdgeCache.Load.Scenarios;

/// <summary>The scenarios that come along inside the program, for whoever has no checkout.</summary>
internal static class ShippedScenarios
{
    private const string Prefix = "scenarios/";
    private const string Folder = "load/scenarios";

    /// <summary>Their names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(ShippedScenarios).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>The text of a file, or where there is none of the scenario that is asked for by its name or as <c>load/scenarios/NAME.json</c>; null when there is neither.</summary>
    public static async Task<string?> ReadAsync(string path, CancellationToken cancellation)
    {
        if (File.Exists(path))
        {
            return await File.ReadAllTextAsync(path, cancellation).ConfigureAwait(false);
        }

        var name = path == $"{Folder}/{Path.GetFileName(path)}" ? Path.GetFileNameWithoutExtension(path) : path;
        if (!Names.Contains(name))
        {
            return null;
        }

        using var reader = new StreamReader(typeof(ShippedScenarios).Assembly.GetManifestResourceStream(Prefix + name)!); // It is one of the names.
        return await reader.ReadToEndAsync(cancellation).ConfigureAwait(false);
    }
}
