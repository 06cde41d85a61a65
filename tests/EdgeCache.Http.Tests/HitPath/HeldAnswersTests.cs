using EdgeCache.Http.HitPath;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace EdgeCache.Http.Tests.HitPath;

public sealed class HeldAnswersTests
{
    private readonly HeldAnswers _held = new(most: 100);

    [Fact]
    public void Enter_OverTheLimit_EndsThoseThatWaitLongest()
    {
        var requests = Enumerable.Range(0, 5).Select(_ => new Request()).ToArray();
        var entered = requests.Select(r => _held.Enter(r, 40)).ToArray();

        Assert.Equal([true, true, true, false, false], requests.Select(r => r.IsAborted));
        Assert.Equal((80, 3), (_held.Bytes, _held.Ended));
        Array.ForEach(entered, _held.Leave);
        Assert.Equal(0, _held.Bytes);
    }

    [Fact]
    public void Leave_BeforeTheLimit_MakesRoom()
    {
        for (var i = 0; i < 10; i++)
        {
            var request = new Request();
            _held.Leave(_held.Enter(request, 90));
            Assert.False(request.IsAborted);
        }

        Assert.Equal((0, 0), (_held.Bytes, _held.Ended));
    }

    private sealed class Request : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
