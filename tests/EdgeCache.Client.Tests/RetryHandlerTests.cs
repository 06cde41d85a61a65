using System.Net;
using EdgeCache.Client.Model;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Client.Tests;

/// <summary>What is tried again, how often, after how long.</summary>
public sealed class RetryHandlerTests
{
    private const string Receipt = """{"changes":[{"zone":"default","change":"default:1:1"}]}""";
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };

    [Fact]
    public async Task Purge_RefusedTwice_IsSentAgainUnderTheSameChangeId()
    {
        var server = new RecordingHandler((_, n) => n < 2 ? new(HttpStatusCode.ServiceUnavailable) : Json(Receipt));
        var receipts = await RunAsync(Client(server).PurgeTagAsync("product-1", TestContext.Current.CancellationToken));
        Assert.Equal("default:1:1", Assert.Single(receipts.Changes).Change);
        Assert.Equal(3, server.Count);
        Assert.Equal(32, server.Header(0, "Edge-Change")!.Length);
        Assert.Equal(server.Header(0, "Edge-Change"), server.Header(2, "Edge-Change"));
    }

    [Fact]
    public async Task Purge_TwoCalls_HaveIdsOfTheirOwn()
    {
        var server = new RecordingHandler((_, _) => Json(Receipt));
        var client = Client(server);
        await client.PurgeTagAsync("a", TestContext.Current.CancellationToken);
        await client.PurgeTagAsync("a", TestContext.Current.CancellationToken);
        Assert.NotEqual(server.Header(0, "Edge-Change"), server.Header(1, "Edge-Change"));
    }

    [Fact]
    public async Task Read_OfAServerThatIsDown_GivesUpAfterTheAttemptsAndSaysWhy()
    {
        var server = new RecordingHandler((_, _) => throw new HttpRequestException("refused"));
        var fault = await Assert.ThrowsAsync<EdgeCacheException>(() => RunAsync(Client(server).ZonesAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(4, server.Count);
        Assert.Contains("does not answer (refused)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteWithoutAnId_IsNotSentTwice()
    {
        var server = new RecordingHandler((_, _) => new(HttpStatusCode.ServiceUnavailable));
        await Assert.ThrowsAsync<EdgeCacheException>(() => RunAsync(Client(server).PutZoneAsync("shop.test", new ZoneDocument(), TestContext.Current.CancellationToken)));
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task Refusal_ThatWillNotPass_IsNotTriedAgain()
    {
        var server = new RecordingHandler((_, _) => new(HttpStatusCode.PreconditionFailed));
        await Assert.ThrowsAsync<EdgeCacheException>(() => RunAsync(Client(server).PublishAsync("z", "www", "A", "192.0.2.1", cancellation: TestContext.Current.CancellationToken)));
        Assert.Equal(1, server.Count);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3600, 5)]
    public async Task RetryAfter_IsKeptUpToTheLimit(int asked, int kept)
    {
        var server = new RecordingHandler((_, n) =>
        {
            var answer = n == 0 ? new HttpResponseMessage(HttpStatusCode.TooManyRequests) : Json("""{"zones":[]}""");
            answer.Headers.RetryAfter = new(TimeSpan.FromSeconds(asked));
            return answer;
        });
        var call = Client(server).ZonesAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(kept) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, server.Count);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await call;
        Assert.Equal(2, server.Count);
    }

    private EdgeCacheClient Client(HttpMessageHandler server) => new(
        new HttpClient(new RetryHandler(new EdgeCacheClientOptions(), _time, new Random(1)) { InnerHandler = server }) { BaseAddress = new Uri("http://admin.test/"), Timeout = Timeout.InfiniteTimeSpan },
        _time);

    /// <summary>Lets time pass until the call is over.</summary>
    private async Task<T> RunAsync<T>(Task<T> call)
    {
        while (!call.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        return await call;
    }

    private static HttpResponseMessage Json(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text, global::System.Text.Encoding.UTF8, "application/json") };
}
