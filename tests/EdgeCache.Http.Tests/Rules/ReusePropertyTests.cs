using CsCheck;
using EdgeCache.Http.Rules;
using EdgeCache.Zones.Floors;
using EdgeCache.Zones.Following;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

/// <summary>What must hold whatever the combination of response, request, floor and health.</summary>
public sealed class ReusePropertyTests
{
    private static readonly Gen<string> Response = AnyOf(
        "max-age=10", "max-age=0", "s-maxage=10", "no-cache", "must-revalidate", "proxy-revalidate", "stale-while-revalidate=20", "stale-if-error=20", "public").Array[1, 4]
        .Select(parts => string.Join(", ", parts));

    private static readonly Gen<string> Request = AnyOf("foo", "no-cache", "max-age=5", "max-stale", "max-stale=3", "min-fresh=2", "only-if-cached", "no-store")
        .Array[1, 3].Select(parts => string.Join(", ", parts));

    private static readonly Gen<(string Response, string Request, FloorVerdict Floor, PlaneHealth Health, int After)> Cases =
        Gen.Select(Response, Request, Gen.Enum<FloorVerdict>(), Gen.Enum<PlaneHealth>(), Gen.Int[0, 60]);

    [Fact]
    public void Decide_StaleResponseThatForbidsIt_IsNeverServed() => Cases.Sample(c =>
    {
        var stored = Given.Stored("Cache-Control: " + c.Response);
        var forbids = stored.Has(StoredFlags.NeverStale) && stored.FreshFor(c.After * 1000) <= 0;
        return !(forbids || stored.Has(StoredFlags.AlwaysValidate)) || !Decide(c).Serves;
    });

    [Fact]
    public void Decide_BelowAFloor_ServesOnlyWhatThePurgePermits() => Cases.Sample(c =>
        c.Floor is FloorVerdict.None || !Decide(c).Serves || (c.Floor is FloorVerdict.SoftRevalidate or FloorVerdict.Doubtful && Decide(c).Action == ReuseAction.ServeAndValidate));

    [Fact]
    public void Decide_PossiblyOld_IsNeverServedAsFresh() => Cases.Sample(c => c.Floor != FloorVerdict.Doubtful || Decide(c).Reason != CacheReason.Fresh);

    [Fact]
    public void Decide_BelowAHardFloor_KeepsNothingForErrors() => Cases.Sample(c => c.Floor != FloorVerdict.Hard || !Decide(c).StaleIfError);

    [Fact]
    public void Decide_SuspectPlane_ServesNothing() => Cases.Sample(c => c.Health != PlaneHealth.Suspect || Decide(c).Action == ReuseAction.AwaitPlane);

    [Fact]
    public void Decide_RequestNoCache_IsNeverServed() => Cases.Sample(c => !c.Request.Contains("no-cache") || !Decide(c).Serves);

    [Fact]
    public void Decide_OnlyIfCached_NeverGoesForward() => Cases.Sample(c => !c.Request.Contains("only-if-cached") || Decide(c).Action != ReuseAction.Validate);

    [Fact]
    public void Decide_AnyCase_HasAReason() => Cases.Sample(c => Decide(c).Reason != CacheReason.None);

    private static Gen<string> AnyOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static ReuseDecision Decide((string Response, string Request, FloorVerdict Floor, PlaneHealth Health, int After) c) =>
        Reuse.Decide(Given.Stored("Cache-Control: " + c.Response), c.After * 1000, Given.Get(c.Request), new(c.Floor, c.Health, 5));
}
