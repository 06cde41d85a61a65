using System.Net;
using System.Text;
using Xunit;

namespace EdgeCache.System.Tests.Redis;

/// <summary>A Redis that was emptied under running nodes: nothing restarts by itself, and an operator's word brings it back.</summary>
[Collection("redis")]
public sealed class StoreLostTests : IAsyncLifetime
{
    private readonly RedisDeployment _all = new(21030);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _all.StartAsync();

    public ValueTask DisposeAsync() => _all.DisposeAsync();

    [Fact]
    public async Task Flushall_UnderRunningEdges_IsStoreLostUntilZoneRestoreOpensANewEpoch()
    {
        var before = await PutAsync("one");
        Assert.Equal(HttpStatusCode.Created, before.StatusCode);
        await _all.WaitForAsync(Change(before));
        Assert.Equal("one", await LookUpAsync(0));

        await _all.CliAsync("FLUSHALL");
        var refused = await PutAsync("two");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("store-lost", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        // Followers go on with what they know, and say that they are behind; nothing starts again at serial 1 by itself.
        await Eventually.HoldsAsync(async () => !(await _all.ReadyAsync(0)).StartsWith("ready", StringComparison.Ordinal));
        Assert.Equal("one", await LookUpAsync(0));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PutAsync("three")).StatusCode);

        var restore = await ServedProgram.RunAsync(_all.Folder, "zone", "restore", "default", "--admin", _all.Admin);
        Assert.True(restore.Exit == 0, restore.Output + restore.Error);
        Assert.Matches("^[0-9a-f]{16}$", restore.Output.Trim());
        Assert.DoesNotContain(restore.Output.Trim(), Change(before), StringComparison.Ordinal);
        HttpResponseMessage? after = null;
        await Eventually.HoldsAsync(async () => (after = await PutAsync("four")).IsSuccessStatusCode);
        Assert.Contains(restore.Output.Trim(), Change(after!), StringComparison.Ordinal);
        await _all.WaitForAsync(Change(after!));
        Assert.Equal("four", await LookUpAsync(0));
        Assert.Equal("four", await LookUpAsync(1));
    }

    [Fact]
    public async Task Flushall_AndNodesAreStartedAnew_OneThatRemembersIsEnoughForARestoreWithItsPolicy()
    {
        await RunAsync("zone", "put", "shop.test", "--authority", "log", "--max-lag", "3s");
        var before = await PutAsync("one", "shop.test");
        await _all.WaitForAsync(Change(before));
        await Eventually.HoldsAsync(async () => await LookUpAsync(0, "shop.test") == "one");

        // Only the first edge lives on: nobody else saw what was there.
        await _all.CliAsync("FLUSHALL");
        await Eventually.HoldsAsync(async () => (await _all.CliAsync("EXISTS", "ec:zones")).Trim() == "1");
        await _all.RestartOriginAsync();
        await _all.RestartEdgeAsync(1);
        foreach (var zone in new[] { "shop.test", "default" })
        {
            var refused = await PutAsync("two", zone);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("store-lost", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        var (primary, _) = await GetAsync($"{_all.Admin}/zones/shop.test/records/page/DOC");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, primary);
        Assert.Equal("one", await LookUpAsync(0, "shop.test"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await GetAsync(Record(1, "shop.test"))).Status); // it knows nothing, and so not that the record is not there
        await Eventually.HoldsAsync(async () => (await _all.ReadyAsync(0)).Contains("shop.test: store-lost", StringComparison.Ordinal));
        await Eventually.HoldsAsync(async () => (await _all.ReadyAsync(1)).Contains("shop.test: store-lost", StringComparison.Ordinal));

        var unknown = await ServedProgram.RunAsync(_all.Folder, "zone", "restore", "never.test", "--admin", _all.Admin);
        Assert.Equal(1, unknown.Exit);
        Assert.Contains("zone put never.test", unknown.Output + unknown.Error, StringComparison.Ordinal);
        var epoch = (await RunAsync("zone", "restore", "shop.test")).Trim();
        await RunAsync("zone", "restore", "default");
        var (_, policy) = await GetAsync($"{_all.Admin}/zones/shop.test");
        Assert.Contains("\"authority\":\"log\"", policy, StringComparison.Ordinal);
        Assert.Contains("\"maxLagMilliseconds\":3000", policy, StringComparison.Ordinal);
        var after = await PutAsync("three", "shop.test");
        Assert.Contains(epoch, Change(after), StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => await LookUpAsync(0, "shop.test") == "three" && await LookUpAsync(1, "shop.test") == "three");
        await Eventually.HoldsAsync(async () => (await _all.ReadyAsync(0)).StartsWith("ready", StringComparison.Ordinal) && (await _all.ReadyAsync(1)).StartsWith("ready", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Origin_WithTheFileOfALostZone_StartsAndLoadsItOnceItIsRestored()
    {
        await RunAsync("zone", "put", "shop.test");
        await _all.CliAsync("FLUSHALL");
        await Eventually.HoldsAsync(async () => (await _all.CliAsync("EXISTS", "ec:zones")).Trim() == "1");
        var file = Path.Combine(_all.Folder, "shop.test.zone");
        await File.WriteAllTextAsync(file, "@ 60 SOA ns h 1 3600 600 86400 60\n@ 60 NS ns\nns 60 A 192.0.2.1\n", Cancel);
        await using var origin = await ServedProgram.StartAsync(
            _all.Folder, "ready", "origin", "--admin", _all.SpareAdmin, "--name", "origin-2", "--redis", $"127.0.0.1:{_all.RedisPort}", "--zone-file", $"shop.test={file}");
        var record = $"{_all.SpareAdmin}/zones/shop.test/records/ns/A";
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(record)).Status);

        await RunAsync("zone", "restore", "shop.test");
        await Eventually.HoldsAsync(async () => (await GetAsync(record)).Body.Contains("192.0.2.1", StringComparison.Ordinal));
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (exit, output, error) = await ServedProgram.RunAsync(_all.Folder, [.. arguments, "--admin", _all.Admin]);
        Assert.True(exit == 0, output + error);
        return output;
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string url)
    {
        using var answer = await _all.Http.GetAsync(new Uri(url), Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private string Record(int edge, string zone) => $"http://127.0.0.1:{_all.EdgePort(edge)}/.well-known/edgecache/records/{zone}/page/DOC";

    private static string Change(HttpResponseMessage answer) => answer.Headers.GetValues("Edge-Change").Single();

    private async Task<string> LookUpAsync(int edge, string zone = "default") => (await GetAsync(Record(edge, zone))).Body;

    private async Task<HttpResponseMessage> PutAsync(string value, string zone = "default") =>
        await _all.Http.PutAsync(new Uri($"{_all.Admin}/zones/{zone}/records/page/DOC"), new StringContent(value, Encoding.UTF8, "text/plain"), Cancel);
}
