using EdgeCache.Zones.Following;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Zones.Tests.Following;

public sealed class WakeupTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly FakeTimeProvider _time = new();
    private readonly Wakeup _wakeup = new();

    [Fact]
    public async Task SleepAsync_RungWhileAwake_ReturnsAtOnceAndOnce()
    {
        _wakeup.Ring();
        _wakeup.Ring();
        Assert.True(await _wakeup.SleepAsync(Second, _time, CancellationToken.None));
        var second = _wakeup.SleepAsync(Second, _time, CancellationToken.None);
        _time.Advance(Second);
        Assert.False(await second);
    }

    [Fact]
    public async Task SleepAsync_Rung_WakesBeforeTheLimit()
    {
        var sleep = _wakeup.SleepAsync(Second, _time, CancellationToken.None);
        _wakeup.Ring();
        Assert.True(await sleep);
    }

    [Fact]
    public async Task SleepAsync_RungAfterTheLimit_IsHeardNextTime()
    {
        var sleep = _wakeup.SleepAsync(Second, _time, CancellationToken.None);
        _time.Advance(Second);
        _wakeup.Ring();
        Assert.False(await sleep);
        Assert.True(await _wakeup.SleepAsync(Second, _time, CancellationToken.None));
    }

    [Fact]
    public async Task SleepAsync_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        var sleep = _wakeup.SleepAsync(Second, _time, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sleep);
    }
}
