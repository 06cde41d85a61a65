namespace EdgeCache.Configuration;

/// <summary>One thing wrong with a configuration: where, what, and what is allowed instead.</summary>
internal sealed record Violation(string Path, string What, string Allowed)
{
    /// <summary>The line a person reads; <paramref name="source"/> is the file's name or "command line".</summary>
    public string Describe(string source) => $"{source}:{Path}, {What}, {Allowed}";
}
