using EdgeCache.Load.Checking;
using EdgeCache.Load.Measuring;
using Xunit;

namespace EdgeCache.Load.Tests.Checking;

public sealed class HistoryCheckerTests
{
    private static readonly SessionWrite[] Writes = [new(7, 1, 10, 100), new(7, 2, 20, 200), new(8, 1, 11, 300)];

    [Fact]
    public void MonotonicWrites_LaterWriteSeenAndEarlierNot_IsAViolation()
    {
        var found = HistoryChecker.MonotonicWrites([Read(3, 2, 20, 400, 410), Read(3, 1, 9, 420, 430)], Writes);
        Assert.Equal(("monotonic-writes", 1, 9L, 10L), Assert.Single(found) is var v ? (v.Guarantee, v.Key, v.Version, v.EntitledTo) : default);
    }

    [Fact]
    public void MonotonicWrites_InOrderOrOverlappingOrBySomebodyElse_IsNone()
    {
        Assert.Empty(HistoryChecker.MonotonicWrites([Read(3, 2, 20, 400, 410), Read(3, 1, 11, 420, 430)], Writes));
        Assert.Empty(HistoryChecker.MonotonicWrites([Read(3, 2, 20, 400, 425), Read(3, 1, 9, 420, 430)], Writes));
        Assert.Empty(HistoryChecker.MonotonicWrites([Read(3, 2, 20, 400, 410), Read(4, 1, 9, 420, 430)], Writes));
        Assert.Empty(HistoryChecker.MonotonicWrites([Read(3, 1, 11, 400, 410), Read(3, 2, 1, 420, 430)], Writes));
    }

    [Fact]
    public void BoundedStaleness_OlderThanTheBoundAllows_IsAViolation()
    {
        ReadSample[] reads = [Read(3, 1, 10, 349, 360), Read(3, 1, 10, 351, 360), Read(3, 5, 1, 900, 910)];
        var found = Assert.Single(HistoryChecker.BoundedStaleness(reads, Writes, 50));
        Assert.Equal((351, 11L), (found.SentAt, found.EntitledTo));
    }

    private static ReadSample Read(int session, int key, long version, long sent, long done) => new(key, 0, session, sent, sent, done, version, ServedBy.Unknown, null);
}
