using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeCache.AspNetCore.Tests;

/// <summary>The walk of the README, from an empty folder, against the packages as they would be published.</summary>
public sealed partial class PackagesTests : IDisposable
{
    private const string EdgeUrl = "http://127.0.0.1:23500";
    private const string ShopUrl = "http://127.0.0.1:23501";
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../.."));
    private static readonly string Configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-walk-").FullName;
    private readonly List<Process> _running = [];

    public void Dispose()
    {
        foreach (var process in _running)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Walk_FromDotnetNewWebToAPurgedPage_IsAsTheReadmeSays()
    {
        Assert.SkipUnless(await HasSdkAsync(), "no .NET SDK on PATH");
        await PackAsync();
        var code = CSharp().Matches(await File.ReadAllTextAsync(Path.Combine(Root, "src/EdgeCache.AspNetCore/README.md"), TestContext.Current.CancellationToken)).Select(m => m.Groups[1].Value)
            .Where(c => c.Contains("app.Run(", StringComparison.Ordinal)).ToList();
        await MakeAsync("shop", "EdgeCache.AspNetCore", code.Single(c => c.Contains("AddCacheTags", StringComparison.Ordinal)));
        await MakeAsync("edge", "EdgeCache.Http", code.Single(c => c.Contains("AddReverseProxy", StringComparison.Ordinal)));

        using var http = new HttpClient();
        var (body, status) = await FirstAsync(http);
        Assert.Equal("product 1 costs 19\n", body);
        Assert.Equal("edge; fwd=uri-miss; fwd-status=200; stored", status);
        Assert.StartsWith("edge; hit", (await GetAsync(http)).Status, StringComparison.Ordinal);
        using var saved = await http.PostAsync($"{EdgeUrl}/products/1?newPrice=21", null, TestContext.Current.CancellationToken);
        saved.EnsureSuccessStatusCode();
        Assert.Equal("product 1 costs 21\n", (await GetAsync(http)).Body);
    }

    /// <summary>What the build before this test has built, packed into a feed.</summary>
    private async Task PackAsync()
    {
        foreach (var project in new[] { "EdgeCache.Client", "EdgeCache.AspNetCore", "EdgeCache.Zones", "EdgeCache.Http" })
        {
            await DotnetAsync("pack", Path.Combine(Root, "src", project), "--no-build", "--no-restore", "-c", Configuration, "-o", Path.Combine(_folder, "feed"), "-v", "q", "-nologo");
        }

        await File.WriteAllTextAsync(
            Path.Combine(_folder, "nuget.config"),
            $"""<configuration><packageSources><clear /><add key="feed" value="{Path.Combine(_folder, "feed")}" /></packageSources><auditSources><clear /></auditSources></configuration>""");
    }

    private async Task MakeAsync(string name, string package, string program)
    {
        await DotnetAsync("new", "web", "-o", name, "--no-restore");
        await DotnetAsync("add", name, "package", package, "--version", "0.1.0");
        var code = program.Replace("http://127.0.0.1:5000", EdgeUrl, StringComparison.Ordinal).Replace("http://127.0.0.1:5001", ShopUrl, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_folder, name, "Program.cs"), code);
        await DotnetAsync("build", name, "-v", "q", "-nologo");
        _running.Add(Process.Start(Info(Path.Combine(_folder, name), "exec", Directory.GetFiles(Path.Combine(_folder, name, "bin"), name + ".dll", SearchOption.AllDirectories)[0]))!);
    }

    private async Task DotnetAsync(params string[] arguments)
    {
        using var process = Process.Start(Info(_folder, arguments))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {await output}{await error}");
    }

    /// <summary>
    /// Nothing is shared with other builds on the machine: no compiler or build server that another build may stop, no settings of the SDK in the home folder, and a folder of packages of its own.
    /// What the packages depend on is taken from where the build has it, so that no network is needed.
    /// </summary>
    private ProcessStartInfo Info(string folder, params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (arguments[0] is not "pack")
        {
            var home = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            info.Environment["NUGET_PACKAGES"] = Path.Combine(_folder, "packages");
            info.Environment["NUGET_FALLBACK_PACKAGES"] = home;
            info.Environment.Remove("CI");
        }

        info.Environment["DOTNET_CLI_HOME"] = Path.Combine(_folder, "home");
        info.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        info.Environment["DOTNET_NOLOGO"] = "1";
        info.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        info.Environment["DOTNET_ADD_GLOBAL_TOOLS_TO_PATH"] = "false";
        info.Environment["DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE"] = "true";
        info.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        info.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        info.Environment["UseSharedCompilation"] = "false"; // Otherwise a compiler server outlives the build and holds its output open.
        return info;
    }

    private static async Task<(string Body, string Status)> FirstAsync(HttpClient http)
    {
        for (var patience = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                if (await GetAsync(http) is { Body.Length: > 0 } answer)
                {
                    return answer;
                }
            }
            catch (HttpRequestException) when (patience.Elapsed < TimeSpan.FromSeconds(60))
            {
                // Not up yet.
            }

            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "the applications did not come up");
        }
    }

    private static async Task<(string Body, string Status)> GetAsync(HttpClient http)
    {
        using var answer = await http.GetAsync($"{EdgeUrl}/products/1", TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), string.Join(", ", answer.Headers.GetValues("Cache-Status")))
            : ("", "");
    }

    private static async Task<bool> HasSdkAsync()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (global::System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();
}
