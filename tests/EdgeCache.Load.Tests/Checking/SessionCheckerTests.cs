using EdgeCache.Load.Checking;
using EdgeCache.Load.Measuring;
using Xunit;

namespace EdgeCache.Load.Tests.Checking;

public sealed class SessionCheckerTests
{
    [Fact]
    public void MonotonicReads_VersionGoesBackAfterTheFirstEnded_IsFound()
    {
        var found = SessionChecker.MonotonicReads([Read(1, 0, 10, 5), Read(1, 11, 20, 4)]);
        var one = Assert.Single(found);
        Assert.Equal((4, 5), (one.Version, one.EntitledTo));
    }

    [Theory]
    [InlineData(1, 5, 15)] // overlap
    [InlineData(2, 11, 20)] // another session
    public void MonotonicReads_OverlapOrOtherSession_SaysNothing(int session, long sent, long done) =>
        Assert.Empty(SessionChecker.MonotonicReads([Read(1, 0, 10, 5), Read(session, sent, done, 4)]));

    [Fact]
    public void ReadYourWrites_OlderThanOwnAcknowledgedWrite_IsFound()
    {
        Assert.Single(SessionChecker.ReadYourWrites([Read(1, 11, 20, 2)], [new SessionWrite(1, 0, 3, 10)]));
        Assert.Empty(SessionChecker.ReadYourWrites([Read(1, 9, 20, 2)], [new SessionWrite(1, 0, 3, 10)]));
        Assert.Empty(SessionChecker.ReadYourWrites([Read(2, 11, 20, 2)], [new SessionWrite(1, 0, 3, 10)]));
    }

    [Theory]
    [InlineData(2, 1, 1)] // a comment of version 2 whose post of version 2 is not there
    [InlineData(2, 2, 0)]
    [InlineData(1, 1, 0)] // the first comment came with the first post
    public void CommentsWithoutPosts_PostOlderThanItsComment_IsFound(long comment, long post, int found)
    {
        var posts = new Dictionary<(int, long), long> { [(1, 2)] = 2 };
        FeedRead read = new(Read(1, 0, 10, comment) with { Key = 1 }, Read(1, 11, 20, post));
        Assert.Equal(found, SessionChecker.CommentsWithoutPosts([read], posts).Count);
    }

    private static ReadSample Read(int session, long sent, long done, long version) => new(0, 0, session, sent, sent, done, version, ServedBy.Cache, null);
}
