using System.Net.Sockets;
using Xunit;

namespace EdgeCache.Client.Tests;

public sealed class BrokenCallTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_CutOffBeforeItsAnswer_MayHaveBeenDone()
    {
        var fault = await Assert.ThrowsAsync<EdgeCacheException>(() => Broken(new HttpIOException(HttpRequestError.ResponseEnded)).PurgeTagAsync("a", cancellation: Cancellation));
        Assert.Contains("broke off before it answered; what was asked for may have been done", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ThatWasNeverTaken_SaysThatNobodyAnswers()
    {
        var fault = await Assert.ThrowsAsync<EdgeCacheException>(() => Broken(new SocketException(111)).PurgeTagAsync("a", cancellation: Cancellation));
        Assert.Contains("does not answer", fault.Message, StringComparison.Ordinal);
    }

    private static EdgeCacheClient Broken(Exception why) =>
        new(new HttpClient(new RecordingHandler((_, _) => throw new HttpRequestException("sending failed", why))) { BaseAddress = new Uri("http://edge.test/") });
}
