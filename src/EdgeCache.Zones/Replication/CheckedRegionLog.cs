using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// Another region, believed only as far as <see cref="RegionLimits"/> goes: what is out of them, answers another question, or does not get on, is a fault of the way there, and nothing of it is taken over.
/// Thread-safe.
/// </summary>
internal sealed class CheckedRegionLog(IRegionLog inner) : IRegionLog
{
    private volatile string? _region;

    /// <inheritdoc/>
    public string Address => inner.Address;

    /// <inheritdoc/>
    public async ValueTask<ZoneDirectory> ReadDirectoryAsync(CancellationToken cancellation)
    {
        var directory = await inner.ReadDirectoryAsync(cancellation);
        return directory.Zones.Count > RegionLimits.MaxZones ? throw Wrong($"{directory.Zones.Count} zones, more than {RegionLimits.MaxZones}")
            : directory.Zones.DistinctBy(z => z.Zone).Count() != directory.Zones.Count ? throw Wrong("a zone twice")
            : directory.Zones.Select(RegionLimits.Explain).FirstOrDefault(e => e is not null) is { } wrong ? throw Wrong(wrong)
            : directory;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ZoneName>> ReadRemovedAsync(CancellationToken cancellation) => inner.ReadRemovedAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask<RegionPage> ReadAsync(ZoneName zone, Epoch epoch, long after, TimeSpan wait, CancellationToken cancellation)
    {
        var page = await inner.ReadAsync(zone, epoch, after, wait, cancellation);
        if (RegionLimits.Explain(page, zone) is { } wrong)
        {
            throw Wrong(wrong);
        }

        // One that answers as another region would move that one's place in the vector.
        var known = Interlocked.CompareExchange(ref _region, page.Region, null) ?? page.Region;
        return page.Region == known ? page : throw Wrong($"that it is of the region '{page.Region}', and said '{known}' before");
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordDigest>> DigestsAsync(ZoneName zone, RecordKey? after, CancellationToken cancellation)
    {
        var digests = await inner.DigestsAsync(zone, after, cancellation);
        if (digests.Count > RecordDigest.PageLength)
        {
            throw Wrong($"{digests.Count} digests at once");
        }

        // In order and past the page before, so that a compare comes to its end.
        foreach (var digest in digests)
        {
            if (after is { } last && RecordKeyOrder.Instance.Compare(digest.Key, last) <= 0)
            {
                throw Wrong($"the digest of {digest.Key} after that of {last}");
            }

            after = digest.Key;
        }

        return digests;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Record>> StatesAsync(ZoneName zone, IReadOnlyList<RecordKey> keys, CancellationToken cancellation)
    {
        var states = await inner.StatesAsync(zone, keys, cancellation);
        var open = keys.ToHashSet();
        foreach (var state in states)
        {
            if (!open.Remove(state.Key))
            {
                throw Wrong($"a state of {state.Key}, which was not asked for, or is there twice");
            }

            if (RegionLimits.Explain(state) is { } wrong)
            {
                throw Wrong(wrong);
            }
        }

        return states;
    }

    private StoreException Wrong(string what) => new($"{inner.Address} says what cannot be: {what}");
}
