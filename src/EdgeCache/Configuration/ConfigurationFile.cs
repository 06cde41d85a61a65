using System.Text.Json;

namespace EdgeCache.Configuration;

/// <summary>Reads a configuration file: JSON with comments and trailing commas. Either options or the list of everything that is wrong.</summary>
internal static class ConfigurationFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };

    public static (ProgramOptions? Options, IReadOnlyList<Violation> Violations) Load(string file)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(file), Lenient);
        }
        catch (JsonException fault)
        {
            return (null, [new Violation($"{fault.LineNumber + 1}:{fault.BytePositionInLine + 1}", "this is not JSON", "JSON; comments and trailing commas may stay")]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            var what = fault is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : $"it cannot be read ({fault.Message})";
            return (null, [new Violation("$", what, "a JSON file, see config/")]);
        }

        using (document)
        {
            return Read(document.RootElement);
        }
    }

    private static (ProgramOptions? Options, IReadOnlyList<Violation> Violations) Read(JsonElement root)
    {
        try
        {
            var violations = new List<Violation>();
            var options = new OptionsReader(violations).Read(typeof(ProgramOptions), root, "") as ProgramOptions;
            if (options is not null)
            {
                // A value that could not be read leaves its default, which would only be reported a second time.
                var known = violations.Select(v => v.Path).ToHashSet(StringComparer.Ordinal);
                var found = Check(options);
                violations.AddRange(found.Where(v => !known.Contains(v.Path)));
            }

            return (violations.Count == 0 ? options : null, violations);
        }
        catch (InvalidOperationException)
        {
            // RFC 8259 §8: the parser takes texts that are no Unicode and fails where one of them is read.
            return (null, [new Violation("$", "it holds text that is no Unicode", "UTF-8, and escapes of whole characters")]);
        }
    }

    public static List<Violation> Check(ProgramOptions options)
    {
        var violations = new List<Violation>();
        OptionsChecker.Check(options, "", violations);
        return violations;
    }
}
