using System.Diagnostics;
using System.Net;
using EdgeCache.Load.Bench;
using EdgeCache.Load.Measuring;
using EdgeCache.Load.Origin;
using EdgeCache.Load.Targets;
using Xunit;

namespace EdgeCache.Load.Tests.Bench;

public sealed class BlasterTests
{
    private readonly VersionLedger _ledger = new(100, Stopwatch.GetTimestamp());

    [Fact]
    public async Task Http_RealServer_EveryAnswerIsCountedAndGood()
    {
        await using var origin = await VersionedOrigin.StartAsync(_ledger, 0, _ => TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var next = 0;
        var blast = await HttpBlaster.RunAsync(new IPEndPoint(IPAddress.Loopback, origin.Port), ["/k/1", "/k/2"], () => next++ % 2, 8, 0, 1, 0);
        Assert.True(blast.Answers > 8);
        Assert.Equal(0, blast.Bad);

        // Those in flight at the end were answered but not counted.
        Assert.InRange(origin.Requests - blast.Answers, 0, 8);
    }

    [Fact]
    public async Task Http_OtherStatus_IsCountedAsBad()
    {
        await using var origin = await VersionedOrigin.StartAsync(_ledger, 0, _ => TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var blast = await HttpBlaster.RunAsync(new IPEndPoint(IPAddress.Loopback, origin.Port), ["/nowhere"], () => 0, 2, 0, 0.5, 0);
        Assert.Equal(blast.Answers, blast.Bad);
    }

    [Fact]
    public async Task Dns_RealServer_EveryAnswerIsCountedAndGood()
    {
        await using var authority = VersionedAuthority.Start(_ledger, 0, "load.test", _ => TimeSpan.FromSeconds(1));
        var blast = await DnsBlaster.RunAsync(authority.Address, [.. Enumerable.Range(0, 100).Select(i => DnsTarget.NameOf(i, "load.test"))], 2, 8, 0, 1, 0);
        Assert.True(blast.Answers > 16);
        Assert.Equal(0, blast.Bad);
    }

    [Fact]
    public async Task Dns_NameWithoutRecord_IsCountedAsBad()
    {
        await using var authority = VersionedAuthority.Start(_ledger, 0, "load.test", _ => TimeSpan.FromSeconds(1));
        var blast = await DnsBlaster.RunAsync(authority.Address, ["nothing.load.test"], 1, 4, 0, 0.5, 0);
        Assert.True(blast.Answers > 0);
        Assert.Equal(blast.Answers, blast.Bad);
    }
}
