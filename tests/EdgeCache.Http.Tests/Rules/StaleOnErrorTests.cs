using EdgeCache.Http.Rules;
using EdgeCache.Zones.Floors;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class StaleOnErrorTests
{
    [Theory]
    [InlineData("max-age=2", 10, "", "Disconnected", "stale-disconnected")]
    [InlineData("max-age=2", 1, "max-age=0", "Disconnected", "stale-disconnected")]
    [InlineData("max-age=2", 9999, "", "Disconnected", "stale")]
    [InlineData("max-age=2", 10, "", "ServerError", "stale")]
    [InlineData("max-age=2", 1, "no-cache", "ServerError", "stale")]
    [InlineData("max-age=2", 10, "no-cache", "Disconnected", "request-no-cache")]
    [InlineData("max-age=2", 10, "stale-if-error=60", "ServerError", "stale-if-error")]
    [InlineData("max-age=2, stale-if-error=60", 10, "", "ServerError", "stale-if-error")]
    [InlineData("max-age=2, stale-if-error=60", 10, "no-cache", "ServerError", "stale-if-error")]
    [InlineData("max-age=2, stale-if-error=60", 62, "", "ServerError", "stale")]
    [InlineData("max-age=2, stale-if-error=5", 10, "", "Disconnected", "stale")]
    [InlineData("max-age=2, stale-if-error=0", 10, "", "Disconnected", "stale")]
    [InlineData("max-age=2, stale-if-error=60, must-revalidate", 10, "", "Disconnected", "must-revalidate")]
    [InlineData("max-age=2, stale-if-error=60, proxy-revalidate", 10, "", "Disconnected", "must-revalidate")]
    [InlineData("s-maxage=2, stale-if-error=60", 10, "", "Disconnected", "must-revalidate")]
    [InlineData("max-age=2, stale-if-error=60, no-cache", 10, "", "Disconnected", "no-cache")]
    public void Decide_Failure_GivesTheReason(string response, long after, string request, string failure, string reason)
    {
        var decision = StaleOnError.Decide(
            Given.Stored("Cache-Control: " + response), after * 1000, Given.Get(request).Directives, FloorVerdict.None, Enum.Parse<UpstreamFailure>(failure));

        Assert.Equal(reason, decision.Text());
    }

    [Theory]
    [InlineData("Soft", "stale-if-error")]
    [InlineData("SoftRevalidate", "stale-if-error")]
    [InlineData("Hard", "purged-hard")]
    public void Decide_Floor_OnlyAHardOneForbids(string floor, string reason) => Assert.Equal(
        reason,
        StaleOnError.Decide(Given.Stored("Cache-Control: max-age=2, stale-if-error=60"), 10_000, default, Enum.Parse<FloorVerdict>(floor), UpstreamFailure.ServerError).Text());
}
