using System.Diagnostics;
using Xunit;

namespace EdgeCache.System.Tests.LogFiles;

/// <summary>The query logs of running DNS servers, rotated as the access log is.</summary>
public sealed class QueryLogFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-queries-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task QueryLog_OfAnAuthorityAndItsResolver_IsRotatedByMoveAndHangUp()
    {
        Assert.SkipUnless(Repository.OnPath("dig"), "dig is not on PATH");
        await File.WriteAllTextAsync(Path.Combine(_folder, "z"), "@ 60 IN SOA ns h 1 2 3 4 5\n@ 60 IN NS ns\nns 60 A 127.0.0.1\nwww 60 A 192.0.2.1\n", TestContext.Current.CancellationToken);
        await using var origin = await ServedProgram.StartAsync(
            _folder, "(admin) ready", "origin", "--name", "ns-1", "--admin", "http://127.0.0.1:21151", "--dns", "127.0.0.1:21152", "--zone-file", "shop.test=z", "--query-log", "queries.log");
        await using var resolver = await ServedProgram.StartAsync(
            _folder, "ready", "resolver", "--name", "r-1", "--dns", "127.0.0.1:21153", "--forward", "127.0.0.1:21152", "--query-log", "asked.log");
        var (authority, asked) = (Path.Combine(_folder, "queries.log"), Path.Combine(_folder, "asked.log"));

        await DigAsync("www.shop.test");
        await HasAsync(asked, " udp www.shop.test. A IN NOERROR - 1 ", " r-1");
        await HasAsync(authority, " A IN NOERROR aa 1 ", " ns-1");

        File.Move(asked, asked + ".1");
        using (var kill = Process.Start("kill", ["-HUP", $"{resolver.Id}"]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await Eventually.HoldsAsync(() => Task.FromResult(File.Exists(asked)));
        await DigAsync("none.shop.test");
        await HasAsync(asked, " udp none.shop.test. A IN NXDOMAIN - 0 ", " r-1");
        Assert.DoesNotContain("www.", await File.ReadAllTextAsync(asked, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static Task HasAsync(string file, string part, string end) => Eventually.HoldsAsync(async () =>
        (await File.ReadAllLinesAsync(file)).Any(l => l.Contains(part, StringComparison.Ordinal) && l.EndsWith(end, StringComparison.Ordinal)));

    private static async Task DigAsync(string name)
    {
        using var dig = Process.Start(new ProcessStartInfo("dig", ["@127.0.0.1", "-p", "21153", name, "A", "+timeout=30"]) { RedirectStandardOutput = true })!;
        await dig.StandardOutput.ReadToEndAsync();
    }
}
