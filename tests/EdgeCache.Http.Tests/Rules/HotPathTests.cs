using EdgeCache.Http.Rules;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

/// <summary>What runs for each hit must not allocate.</summary>
public sealed class HotPathTests
{
    private readonly StoredFacts _stored = Given.Stored("Cache-Control: max-age=3600", "ETag: \"a\"", $"Last-Modified: {Given.Date(-9000)}");
    private readonly StringValues _cacheControl = "max-age=100, max-stale=5, foo=\"bar, baz\"";
    private readonly StringValues _ifNoneMatch = new(["\"x\", \"y\"", "W/\"a\""]);
    private readonly StringValues _since = Given.Date(-10);
    private readonly char[] _text = new char[CacheStatus.MaxLength];

    [Fact]
    public void Decide_RequestWithDirectivesAndConditions_DoesNotAllocate() => DoesNotAllocate(() =>
    {
        var request = RequestFacts.Of("GET", _cacheControl, default, RequestFlags.Condition);
        _ = Reuse.Decide(_stored, 5_000, request, PlaneFacts.Clear);
        _ = Reuse.IsPlainHit(_stored, 5_000, PlaneFacts.Clear);
        _ = Conditions.Evaluate(_stored, "\"a\"", _ifNoneMatch, default, Given.Now);
        _ = Conditions.Evaluate(_stored, "\"a\"", default, _since, Given.Now);
        _ = CacheStatus.Hit(_stored, 5_000, CacheReason.Fresh).TryFormat("edge-a", _text, out _);
    });

    [Fact]
    public void IsPlainHit_AnyStoredFacts_AgreesWithTheFullDecision()
    {
        foreach (var response in new[] { "max-age=10", "max-age=0", "no-cache", "max-age=10, no-cache", "s-maxage=10", "max-age=10, stale-while-revalidate=5" })
        {
            var stored = Given.Stored("Cache-Control: " + response);
            foreach (var now in new[] { 0L, 9_999, 10_000, 12_000, 20_000 })
            {
                var full = Reuse.Decide(stored, now, RequestFacts.PlainGet, PlaneFacts.Clear).Action == ReuseAction.Serve;
                Assert.Equal(full, Reuse.IsPlainHit(stored, now, PlaneFacts.Clear));
            }
        }
    }

    private static void DoesNotAllocate(Action step)
    {
        step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
