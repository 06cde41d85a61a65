using System.Diagnostics;
using Xunit;

namespace EdgeCache.System.Tests.LogFiles;

/// <summary>The access log of a running edge, as whoever rotates it sees it.</summary>
public sealed class AccessLogFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-access-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AccessLog_OfAnEdge_IsRotatedByMoveAndHangUpAndCompleteAfterTheStop()
    {
        await using var app = new StaticApp("http://127.0.0.1:21121");
        await app.StartAsync();
        await using var edge = await ServedProgram.StartAsync(
            _folder, "ready", "edge", "--name", "edge-l", "--listen", "http://127.0.0.1:21122", "--upstream", "http://127.0.0.1:21121", "--access-log", "access.log", "--access-log-format", "json");
        using var http = new HttpClient();
        await http.GetStringAsync("http://127.0.0.1:21122/one", TestContext.Current.CancellationToken);
        var log = Path.Combine(_folder, "access.log");
        await Eventually.HoldsAsync(async () => (await File.ReadAllTextAsync(log)).Contains("/one", StringComparison.Ordinal));

        File.Move(log, log + ".1");
        using (var kill = Process.Start("kill", ["-HUP", $"{edge.Id}"]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await Eventually.HoldsAsync(() => Task.FromResult(File.Exists(log)));
        await http.GetStringAsync("http://127.0.0.1:21122/two", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await edge.TerminateAsync()).Exit);
        var rest = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        Assert.Contains("\"target\":\"/two\"", Assert.Single(rest), StringComparison.Ordinal);
        Assert.Contains("\"node\":\"edge-l\"", rest[0], StringComparison.Ordinal);
    }
}
