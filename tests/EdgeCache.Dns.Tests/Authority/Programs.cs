using System.Diagnostics;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority;

/// <summary>Real DNS programs as peers; a test that needs one that is not installed is skipped with that reason.</summary>
internal static class Programs
{
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(["/usr/sbin", "/usr/local/sbin"])
            .Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

    public static string Need(string program)
    {
        string? path = Find(program);
        Assert.SkipUnless(path is not null, $"{program} is not installed");
        return path!;
    }

    public static Process Start(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(Need(program), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(info)!;
    }

    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await errors;
    }
}
