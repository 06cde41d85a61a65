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

    private static string Change(HttpResponseMessage answer) => answer.Headers.GetValues("Edge-Change").Single();

    private async Task<string> LookUpAsync(int edge) =>
        await _all.Http.GetStringAsync(new Uri($"http://127.0.0.1:{_all.EdgePort(edge)}/.well-known/edgecache/records/default/page/DOC"), Cancel);

    private async Task<HttpResponseMessage> PutAsync(string value) =>
        await _all.Http.PutAsync(new Uri($"{_all.Admin}/zones/default/records/page/DOC"), new StringContent(value, Encoding.UTF8, "text/plain"), Cancel);
}
