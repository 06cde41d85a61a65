using EdgeCache.Http.Rules;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class ReuseTests
{
    [Theory]
    [InlineData("max-age=10", 9, "", "fresh")]
    [InlineData("max-age=10", 10, "", "stale")]
    [InlineData("max-age=10, must-revalidate", 9, "", "fresh")]
    [InlineData("max-age=10, must-revalidate", 10, "", "must-revalidate")]
    [InlineData("max-age=10, no-cache", 0, "", "no-cache")]
    [InlineData("max-age=10, no-cache=\"a\"", 0, "", "fresh")]
    [InlineData("max-age=10", 1, "no-cache", "request-no-cache")]
    [InlineData("max-age=10", 1, "no-store", "fresh")]
    [InlineData("max-age=10", 1, "max-age=0", "request-max-age")]
    [InlineData("max-age=10", 0, "max-age=0", "fresh")]
    [InlineData("max-age=10", 5, "max-age=5", "fresh")]
    [InlineData("max-age=10", 5, "max-age=6, max-age=2", "request-max-age")]
    [InlineData("max-age=10", 5, "max-age=abc", "fresh")]
    [InlineData("max-age=10", 4, "min-fresh=6", "fresh")]
    [InlineData("max-age=10", 5, "min-fresh=6", "request-min-fresh")]
    [InlineData("max-age=10", 15, "min-fresh=0", "request-min-fresh")]
    [InlineData("max-age=10", 15, "max-stale", "max-stale")]
    [InlineData("max-age=10", 15, "max-stale=6", "max-stale")]
    [InlineData("max-age=10", 16, "max-stale=6", "stale")]
    [InlineData("max-age=10", 15, "max-stale=x", "stale")]
    [InlineData("max-age=10", 15, "max-age=10, max-stale=10", "max-stale")]
    [InlineData("max-age=10, must-revalidate", 15, "max-stale", "must-revalidate")]
    [InlineData("max-age=10, proxy-revalidate", 15, "max-stale", "must-revalidate")]
    [InlineData("s-maxage=10", 15, "max-stale", "must-revalidate")]
    [InlineData("max-age=10, stale-while-revalidate=5", 14, "", "stale-while-revalidate")]
    [InlineData("max-age=10, stale-while-revalidate=5", 15, "", "stale")]
    [InlineData("max-age=10, stale-while-revalidate=5", 12, "max-age=11", "request-max-age")]
    [InlineData("max-age=10, stale-while-revalidate=5, must-revalidate", 12, "", "must-revalidate")]
    [InlineData("max-age=10, stale-while-revalidate=5, proxy-revalidate", 12, "", "must-revalidate")]
    [InlineData("s-maxage=10, stale-while-revalidate=5", 12, "", "must-revalidate")]
    [InlineData("max-age=10, stale-while-revalidate=5, no-cache", 12, "", "no-cache")]
    public void Decide_HealthyPlane_GivesTheReason(string response, long after, string request, string reason) =>
        Assert.Equal(reason, Given.Reuse(Given.Stored("Cache-Control: " + response), after, request));

    [Fact]
    public void Decide_PragmaNoCache_CountsOnlyWithoutCacheControl()
    {
        var stored = Given.Stored("Cache-Control: max-age=10");
        var alone = RequestFacts.Of("GET", default, "no-cache", default);
        var beside = RequestFacts.Of("GET", "foo", "no-cache", default);

        Assert.Equal(CacheReason.RequestNoCache, Reuse.Decide(stored, 0, alone, PlaneFacts.Clear).Reason);
        Assert.Equal(CacheReason.Fresh, Reuse.Decide(stored, 0, beside, PlaneFacts.Clear).Reason);
    }

    [Fact]
    public void Decide_OnlyIfCached_NeverGoesUpstream()
    {
        var stored = Given.Stored("Cache-Control: max-age=10");

        Assert.Equal(ReuseAction.Serve, Reuse.Decide(stored, 0, Given.Get("only-if-cached"), PlaneFacts.Clear).Action);
        Assert.Equal(ReuseAction.GatewayTimeout, Reuse.Decide(stored, 99_000, Given.Get("only-if-cached"), PlaneFacts.Clear).Action);
    }

    [Theory]
    [InlineData("max-age=10", FloorVerdict.None, 5, ReuseAction.Serve, "fresh", true)]
    [InlineData("max-age=10", FloorVerdict.Soft, 5, ReuseAction.Validate, "purged-soft", true)]
    [InlineData("max-age=10, stale-while-revalidate=99", FloorVerdict.Soft, 5, ReuseAction.Validate, "purged-soft", true)]
    [InlineData("max-age=10", FloorVerdict.SoftRevalidate, 5, ReuseAction.ServeAndValidate, "purged-soft", true)]
    [InlineData("max-age=10", FloorVerdict.SoftRevalidate, 15, ReuseAction.Validate, "purged-soft", true)]
    [InlineData("max-age=10, stale-while-revalidate=9", FloorVerdict.SoftRevalidate, 15, ReuseAction.ServeAndValidate, "purged-soft", true)]
    [InlineData("max-age=10, must-revalidate", FloorVerdict.SoftRevalidate, 5, ReuseAction.Validate, "purged-soft", false)]
    [InlineData("max-age=10", FloorVerdict.Hard, 5, ReuseAction.Validate, "purged-hard", false)]
    [InlineData("max-age=10, stale-if-error=99", FloorVerdict.Hard, 5, ReuseAction.Validate, "purged-hard", false)]
    internal void Decide_Floor_PermitsWhatThePurgePermits(string response, FloorVerdict floor, long after, ReuseAction action, string reason, bool staleIfError)
    {
        var decision = Reuse.Decide(Given.Stored("Cache-Control: " + response), after * 1000, RequestFacts.PlainGet, new(floor));

        Assert.Equal((action, reason, staleIfError), (decision.Action, decision.Reason.Text(), decision.StaleIfError));
    }

    [Fact]
    public void Decide_SoftFloor_IsNotPassedByMaxStale() =>
        Assert.Equal(ReuseAction.Validate, Reuse.Decide(Given.Stored("Cache-Control: max-age=10"), 15_000, Given.Get("max-stale"), new(FloorVerdict.Soft)).Action);

    [Theory]
    [InlineData(PlaneHealth.Lagging, false, 5, ReuseAction.Serve)]
    [InlineData(PlaneHealth.Lagging, false, 6, ReuseAction.Validate)]
    [InlineData(PlaneHealth.Lagging, true, 0, ReuseAction.Validate)]
    [InlineData(PlaneHealth.Suspect, false, 0, ReuseAction.AwaitPlane)]
    internal void Decide_UnhealthyPlane_LimitsWhatIsFresh(PlaneHealth health, bool log, long after, ReuseAction action)
    {
        var stored = StoredFacts.Of(Given.Response("Cache-Control: max-age=1000"), new(0, 0, Given.Now), default, log);

        Assert.Equal(action, Reuse.Decide(stored, after * 1000, RequestFacts.PlainGet, new(FloorVerdict.None, health, 5)).Action);
    }

    [Fact]
    public void Default_StoredFacts_AreNeverServed() =>
        Assert.Equal(ReuseAction.Validate, Reuse.Decide(default, 0, RequestFacts.PlainGet, PlaneFacts.Clear).Action);

    [Fact]
    public void StoredFacts_Size_IsThirtySixBytes() => Assert.Equal(36, System.Runtime.CompilerServices.Unsafe.SizeOf<StoredFacts>());
}
