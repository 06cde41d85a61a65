using System.Diagnostics;
using EdgeCache.Client.Model;
using EdgeCache.System.Tests;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeCache.Client.Tests;

/// <summary>The client against the program as it is shipped, through the service collection as an application has it.</summary>
public sealed class EdgeCacheClientTests : IAsyncLifetime
{
    private const string Admin = "http://127.0.0.1:21980";
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("edgecache-client-").FullName;
    private readonly ServiceProvider _services;
    private ServedProgram? _origin;

    public EdgeCacheClientTests()
    {
        var services = new ServiceCollection();
        services.AddEdgeCacheClient(o => o.Address = new Uri(Admin));
        _services = services.BuildServiceProvider();
    }

    private EdgeCacheClient Edge => _services.GetRequiredService<EdgeCacheClient>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _origin = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _origin!.DisposeAsync(); // Started before any test.
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Publish_SentTwiceUnderOneId_IsOnePublish()
    {
        var once = new Publication { Value = "192.0.2.1"u8.ToArray(), ChangeId = "order-4711" };
        var first = await Edge.PublishAsync("default", "www", "A", once, Cancellation);
        var again = await Edge.PublishAsync("default", "www", "A", once, Cancellation);
        Assert.Equal(first.Change, again.Change);
        Assert.Equal(first.ETag, again.ETag);
        Assert.Single((await Edge.HistoryAsync("default", "www", "A", Cancellation)).Records);
    }

    [Fact]
    public async Task Publish_OverAnotherVersion_IsRefusedInWords()
    {
        await Edge.PublishAsync("default", "www", "A", "192.0.2.1", cancellation: Cancellation);
        var fault = await Assert.ThrowsAsync<EdgeCacheException>(() => Edge.PublishAsync("default", "www", "A", new Publication { Value = "192.0.2.2"u8.ToArray(), IfMatch = "\"1.x\"" }, Cancellation));
        Assert.Equal(412, fault.Problem.Status);
    }

    [Fact]
    public async Task Batch_WithOneBadChange_ChangesNothing()
    {
        var batch = new BatchDocument
        {
            Changes =
            [
                new() { Publish = new() { Name = "a", Type = "A", Value = "192.0.2.1" } },
                new() { Publish = new() { Name = "b", Type = "A", Value = "not an address" } },
            ],
        };
        var fault = await Assert.ThrowsAsync<EdgeCacheException>(() => Edge.BatchAsync("default", batch, cancellation: Cancellation));
        Assert.Equal(400, fault.Problem.Status);
        Assert.Empty((await Edge.RecordsAsync("default", cancellation: Cancellation)).Records);
    }

    [Fact]
    public async Task Batch_OfPublishDeleteAndPurge_IsOneChangeThatCanBeWaitedFor()
    {
        await Edge.PublishAsync("default", "old", "TXT", "\"x\"", cancellation: Cancellation);
        var batch = new BatchDocument
        {
            Changes =
            [
                new() { Publish = new() { Name = "new", Type = "DOC", Value = "hello", Ttl = 30, Tags = ["t"] } },
                new() { Delete = new() { Name = "old", Type = "TXT" } },
                new() { Purge = new() { Select = [new() { Tag = "t" }] } },
            ],
        };
        var result = await Edge.BatchAsync("default", batch, cancellation: Cancellation);
        Assert.True((await Edge.WaitAsync(result.Change, "all", Generous, Cancellation)).IsDone);
        Assert.Null(await Edge.FindRecordAsync("default", "old", "TXT", Cancellation));
        Assert.Equal("hello", (await Edge.FindRecordAsync("default", "new", "DOC", Cancellation))!.Value);
    }

    [Fact]
    public async Task Wait_OnAFrozenServer_EndsAtItsOwnTimeout()
    {
        var purge = await Edge.PurgeTagAsync("t", Cancellation);
        using (var stop = Process.Start("kill", ["-STOP", $"{_origin!.Id}"]))
        {
            await stop.WaitForExitAsync(Cancellation);
        }

        var fault = await Assert.ThrowsAsync<EdgeCacheException>(() => Edge.WaitAsync(purge.Changes[0].Change, "all", TimeSpan.FromMilliseconds(300), Cancellation));
        Assert.IsType<TimeoutException>(fault.InnerException);
        Assert.Contains("did not answer within 0.3 s", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_OverARestartOfTheServer_LeavesNothingOutAndBringsNothingTwice()
    {
        var seen = new List<long>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var restart = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watching = Task.Run(
            async () =>
            {
                await foreach (var change in Edge.WatchAsync("default", null, stop.Token))
                {
                    Assert.False(change.IsReset);
                    seen.Add(long.Parse(change.Change!.Split(':')[2], global::System.Globalization.CultureInfo.InvariantCulture));
                    if (seen.Count == 2)
                    {
                        restart.SetResult();
                    }
                    else if (seen.Count == 4)
                    {
                        return;
                    }
                }
            },
            Cancellation);
        await Edge.PublishAsync("default", "one", "DOC", "1", cancellation: Cancellation);
        await Edge.PurgeTagAsync("t", Cancellation);
        await restart.Task.WaitAsync(Generous, Cancellation);
        await _origin!.KillAsync();
        _origin = await StartAsync();
        await Edge.PublishAsync("default", "two", "DOC", "2", cancellation: Cancellation);
        await Edge.DeleteAsync("default", "one", "DOC", cancellation: Cancellation);
        await watching.WaitAsync(Generous, Cancellation);
        await stop.CancelAsync();
        Assert.Equal([1, 2, 3, 4], seen);
    }

    [Fact]
    public async Task Watch_FromAPlaceOfAnotherLog_SaysThatItBeginsAnew()
    {
        await Edge.PublishAsync("default", "one", "DOC", "1", cancellation: Cancellation);
        var kinds = new List<string>();
        await foreach (var change in Edge.WatchAsync("default", "00000000000000ff:7", Cancellation))
        {
            kinds.Add(change.Kind);
            if (kinds.Count == 2)
            {
                break;
            }
        }

        Assert.Equal(["reset", "publish"], kinds);
    }

    [Fact]
    public async Task Watch_OfAZoneThatIsNotThere_IsRefused()
    {
        var fault = await Assert.ThrowsAsync<EdgeCacheException>(async () =>
        {
            await foreach (var change in Edge.WatchAsync("nowhere.test", null, Cancellation))
            {
                Assert.Fail(change.Kind);
            }
        });
        Assert.Equal(404, fault.Problem.Status);
    }

    [Fact]
    public async Task Explain_OfAName_TellsZoneRecordAndLog()
    {
        var zone = await Edge.PutZoneAsync("shop.test", new ZoneDocument(), Cancellation);
        Assert.Equal("shop.test", zone.Zone);
        await Edge.PublishAsync("shop.test", "www", "A", "192.0.2.9", 30, Cancellation);
        var why = await Edge.ExplainNameAsync("www.shop.test", "A", Cancellation);
        Assert.Equal("shop.test", why.GetProperty("zone").GetString());
        Assert.Equal("record", why.GetProperty("rule").GetString());
    }

    [Theory]
    [InlineData("ftp://x")]
    [InlineData("/relative")]
    public void Options_WithABadAddress_AreRefusedAtOnce(string address)
    {
        var fault = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddEdgeCacheClient(o => o.Address = new Uri(address, UriKind.RelativeOrAbsolute)));
        Assert.Contains("allowed: http://HOST:PORT", fault.Message, StringComparison.Ordinal);
    }

    private Task<ServedProgram> StartAsync() => ServedProgram.StartAsync(_folder, "(admin) ready", "origin", "--admin", Admin);
}
