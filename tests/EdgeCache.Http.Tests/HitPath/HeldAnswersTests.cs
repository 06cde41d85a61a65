using EdgeCache.Http.HitPath;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

public sealed class HeldAnswersTests
{
    private const int Part = (int)HitLimits.HeldBytes / 4;
    private readonly FakeTimeProvider _time = new();
    private readonly HeldAnswers _held;

    public HeldAnswersTests() => _held = new HeldAnswers(_time);

    [Fact]
    public void Enter_OverTheLimit_EndsThoseThatStandStillForLong()
    {
        var still = Enter(4);
        _time.Advance(TimeSpan.FromSeconds(HitLimits.HeldSeconds));
        var late = Enter(3);

        Assert.Equal([true, true, true, false], still.Select(r => r.Request.IsAborted));
        Assert.All(late, r => Assert.False(r.Request.IsAborted));
        Assert.Equal((HitLimits.HeldBytes, 3), (_held.Bytes, _held.Ended));
        Array.ForEach([.. still, .. late], r => _held.Leave(r.Entered));
        Assert.Equal(0, _held.Bytes);
    }

    [Fact]
    public void Enter_ManyThatAreOnlySlow_EndsNone()
    {
        var slow = Enter(12);
        for (var round = 0; round < 20; round++)
        {
            _time.Advance(TimeSpan.FromSeconds(HitLimits.HeldSeconds - 1));
            Array.ForEach(slow, r => _held.Leave(r.Entered));
            slow = [.. slow.Select(r => (r.Request, _held.Enter(r.Request, Part)))];
        }

        Assert.All(slow, r => Assert.False(r.Request.IsAborted));
    }

    [Fact]
    public void Enter_OverTheMost_EndsWhoeverWaitsLongest()
    {
        var all = Enter(18);
        Assert.Equal(2, all.Count(r => r.Request.IsAborted));
        Assert.True(all[0].Request.IsAborted && all[1].Request.IsAborted);
        Assert.Equal(HitLimits.MostHeldBytes, _held.Bytes);
    }

    [Fact]
    public void Leave_BeforeTheLimit_MakesRoom()
    {
        for (var i = 0; i < 10; i++)
        {
            var request = new Request();
            _held.Leave(_held.Enter(request, 3 * Part));
            Assert.False(request.IsAborted);
        }

        Assert.Equal((0, 0), (_held.Bytes, _held.Ended));
    }

    private (Request Request, LinkedListNode<HeldAnswers.Held> Entered)[] Enter(int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var request = new Request();
        return (request, _held.Enter(request, Part));
    })];

    private sealed class Request : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
