using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>The origin as a process: what was acknowledged survives, bad input is answered at once and in full.</summary>
public sealed class OriginTests : IDisposable
{
    private const string Admin = "http://127.0.0.1:20880";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Origin_KilledRightAfterAnAcknowledgedPublish_StillHasTheRecord()
    {
        for (var round = 0; round < 3; round++)
        {
            await using (var origin = await StartAsync())
            {
                var put = await PutAsync($"r{round}", $"192.0.2.{round}");
                Assert.Equal(HttpStatusCode.Created, put.StatusCode);
                await origin.KillAsync();
            }

            await using var again = await StartAsync();
            using var http = new HttpClient();
            for (var before = 0; before <= round; before++)
            {
                Assert.Equal($"192.0.2.{before}", await http.GetStringAsync($"{Admin}/zones/default/records/r{before}/A", TestContext.Current.CancellationToken));
            }
        }
    }

    [Fact]
    public async Task Publish_OverAnotherVersion_Answers412WithTheCurrentETag()
    {
        await using var origin = await StartAsync();
        var first = await PutAsync("www", "192.0.2.77");
        var second = await PutAsync("www", "192.0.2.78", "\"wrong\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, second.StatusCode);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
    }

    [Fact]
    public async Task Purge_OfATag_PrintsAChangeThatCanBeWaitedFor()
    {
        await using var origin = await StartAsync();
        var purge = await ServedProgram.RunAsync(_folder, "purge", "--tag", "product-1", "--admin", Admin);
        Assert.Equal(0, purge.Exit);
        Assert.Matches("^default:[0-9a-f]{16}:1$", purge.Output.Trim());
        var wait = await ServedProgram.RunAsync(_folder, "change", "wait", purge.Output.Trim(), "--timeout", "5s", "--admin", Admin);
        Assert.True(wait.Exit == 0, wait.Output + wait.Error + origin.Output);
        var future = await WaitAsync();
        for (var tries = 0; future.Error.Contains("did not answer", StringComparison.Ordinal) && tries < 20; tries++)
        {
            // A machine that is busy for longer than the grace of three seconds.
            future = await WaitAsync();
        }

        Assert.Equal(3, future.Exit);
        Assert.Contains("missing: origin", future.Error, StringComparison.Ordinal);

        Task<(int Exit, string Output, string Error)> WaitAsync() =>
            ServedProgram.RunAsync(_folder, "change", "wait", purge.Output.Trim() + "0", "--timeout", "200ms", "--admin", Admin);
    }

    [Fact]
    public async Task Terminate_OfAnIdleOrigin_ExitsCleanlyWithinFiveSeconds()
    {
        await using var origin = await StartAsync();
        var (exit, took) = await origin.TerminateAsync();
        Assert.Equal(0, exit);
        Assert.True(took < TimeSpan.FromSeconds(5), $"took {took}");
    }

    [Fact]
    public async Task Config_WithThreeFaults_NamesAllOfThemAndExits2()
    {
        var file = Path.Combine(_folder, "bad.json");
        await File.WriteAllTextAsync(file, """{"origin":{"admin":{"listen":"ftp://x"},"dnss":[]},"shop":{"listen":7}}""", TestContext.Current.CancellationToken);
        var run = await ServedProgram.RunAsync(_folder, "--config", "bad.json");
        Assert.Equal(2, run.Exit);
        var lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Contains(lines, l => l.StartsWith("bad.json:origin.dnss, ", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("bad.json:shop.listen, ", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("bad.json:origin.admin.listen, ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Admin_OnAnOpenAddressWithoutAToken_IsAStartUpError()
    {
        var run = await ServedProgram.RunAsync(_folder, "origin", "--admin", "http://*:20881");
        Assert.Equal(2, run.Exit);
        Assert.Contains("no token is set", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ZoneFile_ThatIsMalformed_IsRefusedWithLineAndColumn()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "z"), "@ 60 IN SOA a. b. 1 2 3 4 5\n@ 60 IN NS a.\nwww 60 IN A 1.2.3\n", TestContext.Current.CancellationToken);
        var run = await ServedProgram.RunAsync(_folder, "origin", "--admin", Admin, "--zone-file", "shop.test=z");
        Assert.Equal(1, run.Exit);
        Assert.Contains("z:3:", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("4294967000")]
    public async Task ZoneFile_SerialStartsAtTheFiles_AndNeverGoesBack(string serial)
    {
        var file = Path.Combine(_folder, "z");
        await File.WriteAllTextAsync(file, $"@ 60 IN SOA a. b. {serial} 2 3 4 5\n@ 60 IN NS a.\n$GENERATE 1-1500 h$ 60 A 192.0.2.1\n", TestContext.Current.CancellationToken);
        string[] call = ["origin", "--admin", Admin, "--dns", "127.0.0.1:20882", "--zone-file", "shop.test=z"];
        await using (await ServedProgram.StartAsync(_folder, "(admin) ready", call))
        {
            Assert.Equal(uint.Parse(serial, null), await SoaSerial.AskAsync(20_882, "shop.test"));
        }

        // The same file again changes nothing; one whose serial was set back is still a later version.
        await using (await ServedProgram.StartAsync(_folder, "(admin) ready", call))
        {
            Assert.Equal(uint.Parse(serial, null), await SoaSerial.AskAsync(20_882, "shop.test"));
        }

        await File.WriteAllTextAsync(file, "@ 60 IN SOA a. b. 1 2 3 4 5\n@ 60 IN NS b.\n", TestContext.Current.CancellationToken);
        await using (await ServedProgram.StartAsync(_folder, "(admin) ready", call))
        {
            await Eventually.HoldsAsync(async () => unchecked(await SoaSerial.AskAsync(20_882, "shop.test") - uint.Parse(serial, null)) is >= 1 and <= int.MaxValue);
        }
    }

    private Task<ServedProgram> StartAsync() => ServedProgram.StartAsync(_folder, "(admin) ready", "origin", "--admin", Admin);

    private static async Task<HttpResponseMessage> PutAsync(string name, string value, string? ifMatch = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Admin}/zones/default/records/{name}/A") { Content = new StringContent(value, Encoding.UTF8, "text/plain") };
        if (ifMatch is not null)
        {
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(ifMatch));
        }

        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
