using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// Finds out up to when the other region knows all that is here, so that tombstones from before may go (PLANE.md 26). A mark is taken of what is here: the head of the own log and how
/// far each other region's was taken over. When the other region says that it has taken over that much, and its log has been taken over to where it said so, then it holds every
/// tombstone of the mark, and whatever it wrote before it did has come here already: nothing that would bring a deleted record back is on its way.
/// </summary>
internal sealed class PeerStanding(ZoneName zone, ReplicatorParts parts)
{
    private static readonly TimeSpan MostOften = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeastOften = TimeSpan.FromHours(1);
    private long _notedAt = long.MinValue / 2;
    private Mark? _mark;
    private (Epoch Epoch, long Serial)? _said;

    /// <summary>The name a region goes by until it has been met: tombstones wait for one that could not be reached yet, too.</summary>
    private string Unmet => $"?{parts.Source.Address}";

    /// <summary>Registers a region whose name is not known yet.</summary>
    public Task HoldAsync(CancellationToken cancellation) => PutAsync(new PeerRegion(Unmet, default, 0, 0), cancellation);

    /// <summary>The region has been met, and has no such zone.</summary>
    public Task ReleaseAsync(CancellationToken cancellation) => parts.Within(parts.Local.ForgetPeerAsync(zone, Unmet, cancellation), cancellation);

    /// <summary>Registers the other region, before anything of it is taken over.</summary>
    public async Task RegisterAsync(string region, ZoneRead here, CancellationToken cancellation)
    {
        _mark = null;
        if (!here.Peers.Any(p => p.Region == region))
        {
            await PutAsync(new PeerRegion(region, default, 0, 0), cancellation);
        }

        if (here.Peers.Any(p => p.Region == Unmet))
        {
            await ReleaseAsync(cancellation);
        }
    }

    /// <summary>A page of the other log was read, and the log taken over up to <paramref name="place"/>.</summary>
    public async Task NoteAsync(string region, RegionPage page, LogPlace place, CancellationToken cancellation)
    {
        _said ??= _mark is { } open && open.IsCovered(page, region, parts.Local.Region) ? (page.Epoch, page.Head) : null;
        var grace = (await parts.PolicyAsync(zone, cancellation)).TombstoneGrace;
        if (parts.Time.GetElapsedTime(_notedAt) < TimeSpan.FromTicks(Math.Clamp(grace.Ticks / 8, MostOften.Ticks, LeastOften.Ticks)))
        {
            return;
        }

        _notedAt = parts.Time.GetTimestamp();
        var shard = await parts.Within(parts.Local.ReadShardAsync(zone.Shard, [new ZoneCursor(zone, default, 0)], 0, cancellation), cancellation);
        var known = shard.Zones[0].Peers.FirstOrDefault(p => p.Region == region) ?? new PeerRegion(region, default, 0, 0);
        var through = known.Through;
        if (_mark is { } mark && _said is { } said && said.Epoch == place.Epoch && said.Serial <= place.Serial)
        {
            through = Math.Max(through, mark.At);
            _mark = null;
        }

        if (_mark?.IsOf(shard.Zones[0]) != true)
        {
            _mark = new Mark(shard.Zones[0], shard.At);
            _said = null;
        }

        var standing = new PeerRegion(region, place.Epoch, place.Serial, through);
        if (standing != known)
        {
            await PutAsync(standing, cancellation);
        }
    }

    private Task<bool> PutAsync(PeerRegion peer, CancellationToken cancellation) => parts.Within(DoneAsync(parts.Local.PutPeerAsync(zone, peer, cancellation)), cancellation);

    private static async ValueTask<bool> DoneAsync(ValueTask call)
    {
        await call;
        return true;
    }

    /// <summary>What is here at a moment of the store's clock.</summary>
    private sealed class Mark(ZoneRead here, long at)
    {
        public long At { get; } = at;

        /// <summary>False when a log is another since.</summary>
        public bool IsOf(ZoneRead now) => now.Epoch == here.Epoch && here.Vector.All(v => now.Vector.Any(n => n.Region == v.Region && n.Epoch == v.Epoch));

        public bool IsCovered(RegionPage page, string region, string own) =>
            Has(page, own, here.Epoch, here.Head)
            && here.Vector.Where(v => v.Region != region && here.Peers.Any(p => p.Region == v.Region)).All(v => Has(page, v.Region, v.Epoch, v.Serial));

        private static bool Has(RegionPage page, string region, Epoch epoch, long serial) =>
            page.Peers.Any(p => p.Region == region && p.Epoch == epoch && p.Serial >= serial);
    }
}
