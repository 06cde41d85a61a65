using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>The compose file is good, and the commands of its services, run side by side on one machine, make the deployment it promises.</summary>
[Collection("default ports")]
public sealed partial class ComposeTests : IAsyncDisposable
{
    private const string Token = "only-for-the-demonstration";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-compose-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly List<ServedProgram> _programs = [];
    private Process? _redis;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        _redis?.Kill();
        _redis?.WaitForExit();
        _redis?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task File_OfCompose_IsAccepted()
    {
        Assert.SkipUnless(Repository.OnPath("docker-compose"), "docker-compose is not on PATH");
        using var process = Process.Start(new ProcessStartInfo("docker-compose", ["config", "--quiet"]) { WorkingDirectory = Repository.Root, RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error);
    }

    [Fact]
    public async Task Commands_OfTheServices_MakeADeploymentThatPurges()
    {
        Assert.SkipUnless(Repository.OnPath("redis-server"), "redis-server is not on PATH");
        var commands = Commands();
        StartRedis(commands["redis"]);
        foreach (var service in new[] { "origin", "shop", "shield", "edge-a", "edge-b", "resolver" })
        {
            _programs.Add(await ServedProgram.StartAsync(_folder, new() { ["EDGECACHE_TOKEN"] = Token }, "ready", commands[service].Split(' ')));
        }

        Assert.Contains("fwd=uri-miss", await StatusAsync(8080), StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => (await StatusAsync(8080)).Contains("edge-a; hit", StringComparison.Ordinal));
        Assert.Contains("shield; ", await StatusAsync(8081), StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => (await StatusAsync(8081)).Contains("edge-b; hit", StringComparison.Ordinal));

        var purge = await VerbAsync("purge", "--tag", "product-1");
        Assert.Equal(0, purge.Exit);
        var wait = await VerbAsync("change", "wait", purge.Output.Split('\n')[0].Trim());
        Assert.True(wait.Exit == 0, wait.Error);
        Assert.Contains("edge-a · edge-b", wait.Output, StringComparison.Ordinal);
        foreach (var port in new[] { 8080, 8081 })
        {
            Assert.DoesNotContain($"{(port == 8080 ? "edge-a" : "edge-b")}; hit", await StatusAsync(port), StringComparison.Ordinal);
        }

        if (Repository.OnPath("dig"))
        {
            using var dig = Process.Start(new ProcessStartInfo("dig", ["+short", "@127.0.0.1", "-p", "5300", "www.shop.test"]) { RedirectStandardOutput = true })!;
            Assert.Equal("192.0.2.10", (await dig.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
        }

        foreach (var check in HealthChecks())
        {
            await Eventually.HoldsAsync(async () => (await VerbAsync("health", "--admin", check)).Exit == 0);
        }
    }

    private Task<(int Exit, string Output, string Error)> VerbAsync(params string[] arguments) =>
        ServedProgram.RunAsync(_folder, new() { ["EDGECACHE_TOKEN"] = Token }, arguments);

    private void StartRedis(string command)
    {
        var words = command.Split(' ');
        _redis = Process.Start(new ProcessStartInfo(words[0], [.. words[1..], "--dir", _folder]) { RedirectStandardOutput = true })!;
        _redis.OutputDataReceived += static (_, _) => { };
        _redis.BeginOutputReadLine();
    }

    private async Task<string> StatusAsync(int port)
    {
        using var answer = await _http.GetAsync($"http://localhost:{port}/products/1", TestContext.Current.CancellationToken);
        return string.Join(", ", answer.Headers.GetValues("Cache-Status"));
    }

    /// <summary>What each service runs, with the names of the compose network as loopback.</summary>
    private static Dictionary<string, string> Commands()
    {
        var commands = new Dictionary<string, string>(StringComparer.Ordinal);
        var service = "";
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "docker-compose.yml")))
        {
            service = Service().Match(line) is { Success: true } name ? name.Groups[1].Value : service;
            if (Command().Match(line) is { Success: true } command)
            {
                commands[service] = command.Groups[1].Value;
            }
        }

        var names = string.Join('|', commands.Keys);
        return commands.ToDictionary(
            c => c.Key,
            c => Regex.Replace(c.Value, $@"(?<=[ /])({names}|172\.28\.0\.10)(?=:\d)", "127.0.0.1").Replace("/config/", Path.Combine(Repository.Root, "config") + "/", StringComparison.Ordinal));
    }

    private static IEnumerable<string> HealthChecks() =>
        File.ReadLines(Path.Combine(Repository.Root, "docker-compose.yml")).Select(l => HealthCheck().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value);

    [GeneratedRegex(@"^  ([a-z-]+):\s*$")]
    private static partial Regex Service();

    [GeneratedRegex(@"^    command: (.+)$")]
    private static partial Regex Command();

    [GeneratedRegex("""edgecache", "health", "--admin", "([^"]+)""")]
    private static partial Regex HealthCheck();
}
