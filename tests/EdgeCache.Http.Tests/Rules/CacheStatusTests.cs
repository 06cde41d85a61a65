using EdgeCache.Http.Rules;
using Xunit;

namespace EdgeCache.Http.Tests.Rules;

public sealed class CacheStatusTests
{
    public static TheoryData<string, string> Members => new()
    {
        { Format(CacheStatus.Hit(Given.Stored("Cache-Control: max-age=60"), 31_000, CacheReason.Fresh)), "edge-a; hit; ttl=29" },
        { Format(CacheStatus.Hit(Given.Stored("Cache-Control: max-age=60"), 61_500, CacheReason.StaleWhileRevalidate)), "edge-a; hit; ttl=-2; detail=stale-while-revalidate" },
        { Format(CacheStatus.Forwarded(CacheReason.UriMiss, 200, stored: true)), "edge-a; fwd=uri-miss; fwd-status=200; stored" },
        { Format(CacheStatus.Forwarded(CacheReason.Stale, 304, collapsed: true)), "edge-a; fwd=stale; fwd-status=304; collapsed" },
        { Format(CacheStatus.Forwarded(CacheReason.ResponseNoStore)), "edge-a; fwd=bypass; detail=no-store" },
        { Format(CacheStatus.Forwarded(CacheReason.Method, 200)), "edge-a; fwd=method; fwd-status=200" },
        { Format(CacheStatus.Forwarded(CacheReason.RequestNoCache, 200)), "edge-a; fwd=request; fwd-status=200; detail=request-no-cache" },
        { Format(CacheStatus.Forwarded(CacheReason.PurgedSoft, 200, stored: true)), "edge-a; fwd=stale; fwd-status=200; stored; detail=purged-soft" },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void Format_Member_ReadsLikeTheRfc(string member, string expected) => Assert.Equal(expected, member);

    [Fact]
    public void TryFormat_LongestMember_FitsTheNamedLength()
    {
        var longest = new CacheStatus { Forward = ForwardCause.VaryMiss, ForwardStatus = 999, Ttl = long.MinValue, Stored = true, Collapsed = true, Detail = CacheReason.StaleWhileRevalidate };

        Assert.True(longest.TryFormat(new string('x', 64), new char[CacheStatus.MaxLength], out _));
        Assert.False(longest.TryFormat("edge-a", new char[20], out _));
    }

    [Fact]
    public void Text_EveryReason_HasItsOwnTokenInTheTable()
    {
        var words = Enum.GetValues<CacheReason>().Select(r => r.Text()).ToArray();

        Assert.Equal(words.Length, words.Distinct().Count());
        Assert.All(words, word => Assert.Matches("^[a-z][a-z-]*$", word));
    }

    [Theory]
    [InlineData("edge-a", true)]
    [InlineData("a b", false)]
    [InlineData("", false)]
    [InlineData("1edge", false)]
    public void IsName_NodeName_MustBeAToken(string name, bool valid) => Assert.Equal(valid, CacheStatus.IsName(name));

    private static string Format(CacheStatus status) => status.Format("edge-a");
}
