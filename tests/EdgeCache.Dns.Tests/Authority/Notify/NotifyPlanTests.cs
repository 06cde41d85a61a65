using EdgeCache.Dns.Authority.Notify;
using Xunit;

namespace EdgeCache.Dns.Tests.Authority.Notify;

public sealed class NotifyPlanTests
{
    private readonly NotifyPlan _plan = new(1_000);

    [Fact]
    public void Changes_WithinASecond_MakeOneMessage()
    {
        Assert.True(_plan.IsDue(1, 0));
        _plan.Sent(1, 7, 0);
        Assert.False(_plan.IsDue(2, 500));
        Assert.False(_plan.IsDue(9, 999));
        Assert.True(_plan.IsDue(9, 1_000));
    }

    [Fact]
    public void Unanswered_IsSentAgainAtGrowingDistances_ThenNoMore()
    {
        long now = 0;
        var sent = new List<long>();
        for (; now < 100_000; now += 100)
        {
            if (_plan.IsDue(1, now))
            {
                sent.Add(now);
                _plan.Sent(1, (ushort)sent.Count, now);
            }
        }

        Assert.Equal([0, 1_000, 3_000, 7_000, 15_000], sent);
        Assert.True(_plan.IsDue(2, now));
    }

    [Fact]
    public void Answered_IsQuietUntilTheNextChange()
    {
        _plan.Sent(1, 7, 0);
        Assert.False(_plan.Answered(8));
        Assert.True(_plan.Answered(7));
        Assert.False(_plan.Answered(7));
        Assert.False(_plan.IsDue(1, 50_000));
        Assert.True(_plan.IsDue(2, 50_000));
    }
}
