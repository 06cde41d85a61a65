using EdgeCache.Zones.Log;
using EdgeCache.Zones.Policies;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Replication;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Tests.Replication;

/// <summary>Another region that answers what a test wants it to; what it does not lie about is the truth of <paramref name="truth"/>.</summary>
internal sealed class LyingRegion(IRegionLog truth) : IRegionLog
{
    public Func<ZoneDirectory, ZoneDirectory> Zones { get; set; } = d => d;

    public Func<RegionPage, RegionPage> Page { get; set; } = p => p;

    public Func<IReadOnlyList<RecordDigest>, IReadOnlyList<RecordDigest>> Digests { get; set; } = d => d;

    public Func<IReadOnlyList<Record>, IReadOnlyList<Record>> States { get; set; } = s => s;

    public string Address => "http://liar";

    public async ValueTask<ZoneDirectory> ReadDirectoryAsync(CancellationToken cancellation) => Zones(await truth.ReadDirectoryAsync(cancellation));

    public ValueTask<IReadOnlyList<ZoneName>> ReadRemovedAsync(CancellationToken cancellation) => truth.ReadRemovedAsync(cancellation);

    public async ValueTask<RegionPage> ReadAsync(ZoneName zone, Epoch epoch, long after, TimeSpan wait, CancellationToken cancellation) =>
        Page(await truth.ReadAsync(zone, epoch, after, wait, cancellation));

    public async ValueTask<IReadOnlyList<RecordDigest>> DigestsAsync(ZoneName zone, RecordKey? after, CancellationToken cancellation) =>
        Digests(await truth.DigestsAsync(zone, after, cancellation));

    public async ValueTask<IReadOnlyList<Record>> StatesAsync(ZoneName zone, IReadOnlyList<RecordKey> keys, CancellationToken cancellation) =>
        States(await truth.StatesAsync(zone, keys, cancellation));
}
