using System.Diagnostics;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Origin;
using EdgeCache.Load.Targets;
using Xunit;

namespace EdgeCache.Load.Tests.Targets;

/// <summary>The tool's reader against the tool's own name server: both ends of a DNS measurement.</summary>
public sealed class DnsTargetTests
{
    [Fact]
    public async Task Read_EachKey_GivesTheNewestVersion()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var ledger = new VersionLedger(3, Stopwatch.GetTimestamp());
        await using var authority = VersionedAuthority.Start(ledger, 0, "load.test", _ => TimeSpan.FromSeconds(30));
        await using var target = new DnsTarget(authority.Address, "load.test", ttl: TimeSpan.FromSeconds(30));
        ledger.Write(2, Stopwatch.GetTimestamp());
        Assert.Equal(1, (await target.ReadAsync(0, 0, null, cancellation)).Version);
        Assert.Equal(2, (await target.ReadAsync(2, 0, null, cancellation)).Version);
        Assert.Equal("no-answer", (await target.ReadAsync(3, 0, null, cancellation)).Error);
        Assert.Equal(3, authority.Queries);
    }

    [Theory]
    [InlineData(30, ServedBy.Unknown)]
    [InlineData(31, ServedBy.Cache)] // less than the authority gives: it has aged in a cache
    public async Task Read_TtlOfTheAnswer_TellsWhetherItAged(int full, ServedBy by)
    {
        var ledger = new VersionLedger(1, Stopwatch.GetTimestamp());
        await using var authority = VersionedAuthority.Start(ledger, 0, "load.test", _ => TimeSpan.FromSeconds(30));
        await using var target = new DnsTarget(authority.Address, "load.test", ttl: TimeSpan.FromSeconds(full));
        Assert.Equal(by, (await target.ReadAsync(0, 0, null, TestContext.Current.CancellationToken)).ServedBy);
    }
}
