using System.Net;
using System.Net.Sockets;
using Xunit;

namespace EdgeCache.System.Tests;

/// <summary>What can be wrong around the program is said in one clear line, and nothing is lost by it.</summary>
public sealed class BadInputTests : IAsyncDisposable
{
    private const string Admin = "http://127.0.0.1:21020";
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-bad-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Port_ThatAnotherHas_IsNamed()
    {
        using var other = new TcpListener(IPAddress.Loopback, 21020);
        other.Start();
        var (exit, _, error) = await ServedProgram.RunAsync(_folder, "origin", "--admin", Admin);
        Assert.Equal(1, exit);
        Assert.Contains("127.0.0.1:21020 cannot be had: another process has it", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataFolder_ThatCannotBeWritten_IsNamed()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "data"), "a file where the folder should be", TestContext.Current.CancellationToken);
        var (exit, _, error) = await ServedProgram.RunAsync(_folder, "origin", "--admin", Admin, "--data", "data");
        Assert.Equal(1, exit);
        Assert.Contains("data", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Equal("a file where the folder should be", await File.ReadAllTextAsync(Path.Combine(_folder, "data"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Redis_ThatCannotBeReached_LeavesAnEdgeThatServesAndSaysLagging()
    {
        await using var app = new StaticApp("http://127.0.0.1:21021");
        await app.StartAsync();
        await using var edge = await ServedProgram.StartAsync(
            _folder, "ready", "edge", "--listen", "http://127.0.0.1:21022", "--upstream", "http://127.0.0.1:21021", "--redis", "127.0.0.1:21024", "--admin", Admin);
        Assert.Equal("hello", await _http.GetStringAsync("http://127.0.0.1:21022/", TestContext.Current.CancellationToken));
        using var ready = await _http.GetAsync($"{Admin}/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var (exit, output, _) = await ServedProgram.RunAsync(_folder, "health", "--admin", Admin);
        Assert.Equal(1, exit);
        Assert.Contains("not ready", output, StringComparison.Ordinal);
        using var live = await _http.GetAsync($"{Admin}/health/live", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Writes_ToAnUnknownZoneOrTooLarge_AreRefusedAndChangeNothing()
    {
        await using var origin = await ServedProgram.StartAsync(_folder, "ready", "origin", "--admin", Admin);
        using var small = new ByteArrayContent([1]);
        using var unknown = await _http.PutAsync($"{Admin}/zones/nowhere.test/records/a/DOC", small, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("nowhere.test", await unknown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var body = new ByteArrayContent(new byte[(1 << 20) + 1]);
        using var large = await _http.PutAsync($"{Admin}/zones/default/records/a/DOC", body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        using var absent = await _http.GetAsync($"{Admin}/zones/default/records/a/DOC", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);

        using var largest = new ByteArrayContent(new byte[1 << 20]);
        using var taken = await _http.PutAsync($"{Admin}/zones/default/records/a/DOC", largest, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
    }
}
