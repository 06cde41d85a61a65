using EdgeCache.Load.Measuring;
using Xunit;

namespace EdgeCache.Load.Tests.Measuring;

public sealed class VersionLedgerTests
{
    // Version 2 readable at 10, acknowledged at 20; version 3 readable at 30, acknowledged at 40; version 4 readable at 50, never acknowledged.
    private readonly VersionLedger _ledger = new(1, 0);

    public VersionLedgerTests()
    {
        _ledger.Acknowledge(0, _ledger.Write(0, 10), 20);
        _ledger.Acknowledge(0, _ledger.Write(0, 30), 40);
        _ledger.Write(0, 50);
    }

    [Theory]
    [InlineData(1, 5, 8, Freshness.Fresh, 0, 0)]
    [InlineData(1, 15, 18, Freshness.Fresh, 0, 0)]
    [InlineData(1, 15, 25, Freshness.Undecided, 0, 0)]
    [InlineData(1, 21, 25, Freshness.Stale, 1, 1)]
    [InlineData(1, 45, 46, Freshness.Stale, 2, 25)]
    [InlineData(2, 45, 46, Freshness.Stale, 1, 5)]
    [InlineData(3, 60, 61, Freshness.Fresh, 0, 0)]
    [InlineData(4, 60, 61, Freshness.Fresh, 0, 0)]
    [InlineData(0, 60, 61, Freshness.Unknown, 0, 0)]
    [InlineData(5, 60, 61, Freshness.Unknown, 0, 0)]
    public void Judge_AnswerAgainstAcknowledgements_FollowsTheDefinition(long version, long sent, long done, Freshness freshness, long behind, long ticks) =>
        Assert.Equal(new Verdict(freshness, behind, ticks), _ledger.Judge(0, version, sent, done));
}
