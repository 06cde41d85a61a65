using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Replication;

/// <summary>A place in another region's log: all entries up to it were read. <see cref="Nonce"/> is that of the entry there, 0 at the beginning.</summary>
internal sealed record LogPlace(Epoch Epoch, long Serial, ulong Nonce)
{
    /// <summary>True when the log still has all that follows.</summary>
    public bool Continues(RegionPage page) =>
        page.Epoch == Epoch && page.Head >= Serial && page.First <= Serial + 1 && (page.Head > Serial || page.HeadNonce == Nonce);

    /// <summary>The place after the next entry; false when the entry continues another log.</summary>
    public bool TryNext(LogEntry entry, out LogPlace next)
    {
        next = new LogPlace(Epoch, entry.Serial, entry.Nonce);
        return entry.Epoch == Epoch && entry.Serial == Serial + 1 && entry.Previous == Nonce;
    }
}
