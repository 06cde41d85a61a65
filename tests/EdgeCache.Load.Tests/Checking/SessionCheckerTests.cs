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

    private static ReadSample Read(int session, long sent, long done, long version) => new(0, 0, session, sent, sent, done, version, ServedBy.Cache, null);
}
