using EdgeCache.Load.Reports;
using EdgeCache.Load.Running;
using Xunit;

namespace EdgeCache.Load.Tests.Running;

public sealed class VerifyCommandTests
{
    [Theory]
    [InlineData("0.1%", 0.001)]
    [InlineData("0.001", 0.001)]
    [InlineData("100%", 1d)]
    [InlineData("101%", null)]
    [InlineData("-1%", null)]
    [InlineData("much", null)]
    public void TryParseShare_Text_IsAShareOrRefused(string text, double? share)
    {
        Assert.Equal(share is not null, VerifyCommand.TryParseShare(text, out var found));
        Assert.True(share is null || share == found);
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("2s", 2d)]
    [InlineData("2", null)]
    [InlineData("-2s", null)]
    [InlineData("soon", null)]
    public void TryParseDuration_Text_IsADurationOrRefused(string text, double? seconds)
    {
        Assert.Equal(seconds is not null, VerifyCommand.TryParseDuration(text, out var found));
        Assert.True(seconds is null || TimeSpan.FromSeconds(seconds.Value) == found);
    }

    [Fact]
    public async Task Run_NoSuchFile_Exits2AndNamesTheOption()
    {
        var (exit, error) = await RunAsync("/nowhere/at-all.json");
        Assert.Equal(2, exit);
        Assert.StartsWith("edgecache: --scenario '/nowhere/at-all.json' does not exist", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BadFile_Exits2WithEveryError()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{ "name": "x", "chapter": "c", "expect": "e", "seconds": 0, "ttlSeconds": -1 }""", TestContext.Current.CancellationToken);
        var (exit, error) = await RunAsync(file);
        File.Delete(file);
        Assert.Equal(2, exit);
        Assert.Contains("seconds: 0 is not allowed; 1 to 86400", error, StringComparison.Ordinal);
        Assert.Contains("ttlSeconds: -1 is not allowed", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_InterruptedHalfway_WritesWhatWasMeasuredAndSaysSo()
    {
        var folder = Directory.CreateTempSubdirectory("edgecache-verify-").FullName;
        var file = Path.Combine(folder, "direct.json");
        await File.WriteAllTextAsync(file, """
            { "name": "direct", "chapter": "No cache.", "expect": "Nothing stale.", "seconds": 600, "warmUpSeconds": 0, "keys": { "count": 3 }, "reads": { "rate": 50 },
              "writes": { "rate": 5, "purge": false }, "maxSchedulingLagMilliseconds": 1000, "gate": { "maxStaleRate": 0 },
              "target": { "kind": "External", "read": [ "http://127.0.0.1:20956" ], "originPort": 20956 } }
            """, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var output = new StringWriter();
        var error = new WatchedWriter("of 600 s", stop.Cancel);
        await new VerifyCommand { ScenarioPath = file, OutputFolder = folder, StartEdgeCache = (_, _) => throw new NotSupportedException() }.RunAsync(output, error, stop.Token);
        Assert.Contains("direct (interrupted)", output.ToString(), StringComparison.Ordinal);
        foreach (var form in new[] { ".json", ".md", ".xml", ".html" })
        {
            Assert.True(File.Exists(Path.Combine(folder, "direct" + form)), form);
        }

        Assert.Contains("\"interrupted\": true", await File.ReadAllTextAsync(Path.Combine(folder, "direct.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Run_AskedForJson_PrintsTheReportAndNothingElse()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """
            { "name": "direct", "chapter": "No cache.", "expect": "Nothing stale.", "seconds": 1, "warmUpSeconds": 0, "keys": { "count": 3 }, "reads": { "rate": 50 },
              "writes": { "rate": 5, "purge": false }, "maxSchedulingLagMilliseconds": 1000, "gate": { "maxStaleRate": 0 },
              "target": { "kind": "External", "read": [ "http://127.0.0.1:20957" ], "originPort": 20957 } }
            """, TestContext.Current.CancellationToken);
        var output = new StringWriter();
        await new VerifyCommand { ScenarioPath = file, Json = true, StartEdgeCache = (_, _) => throw new NotSupportedException() }.RunAsync(output, TextWriter.Null, TestContext.Current.CancellationToken);
        File.Delete(file);
        Assert.Equal("direct", ReportJson.Read(output.ToString()).Scenario.Name);
    }

    private static async Task<(int Exit, string Error)> RunAsync(string file)
    {
        var error = new StringWriter();
        var exit = await new VerifyCommand { ScenarioPath = file, StartEdgeCache = (_, _) => throw new NotSupportedException() }
            .RunAsync(TextWriter.Null, error, TestContext.Current.CancellationToken);
        return (exit, error.ToString());
    }

    /// <summary>Does something once a line with a mark was written.</summary>
    private sealed class WatchedWriter(string mark, Action then) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(mark, StringComparison.Ordinal) == true && !value.Contains(" 0 answers", StringComparison.Ordinal))
            {
                then();
            }
        }
    }
}
