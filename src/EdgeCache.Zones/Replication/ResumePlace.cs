using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;
using EdgeCache.Zones.Stores;

namespace EdgeCache.Zones.Replication;

/// <summary>
/// Finds out after a restart whether the other log still holds the very entry the vector stands for, and not another one under the same serial: the nonce of the commit made of
/// it here was made of the nonce it has there.
/// </summary>
internal sealed class ResumePlace(ZoneName zone, ReplicatorParts parts)
{
    private const int Reach = 2_000;

    /// <summary>The place; null when that cannot be proved.</summary>
    public async Task<LogPlace?> FindAsync(OriginStamp vector, RegionPage page, ZoneRead here, CancellationToken cancellation)
    {
        if (page.Epoch != vector.Epoch || page.Head < vector.Serial)
        {
            return null;
        }

        if (vector.Serial == 0)
        {
            return page.First <= 1 ? new LogPlace(page.Epoch, 0, 0) : null;
        }

        if (await CopyAsync(vector, here, cancellation) is not { } copy)
        {
            return null;
        }

        if (page.Head == vector.Serial)
        {
            return IsOf(copy, page.HeadNonce) ? new LogPlace(page.Epoch, vector.Serial, page.HeadNonce) : null;
        }

        var there = await parts.Within(parts.Source.ReadAsync(zone, vector.Epoch, vector.Serial - 1, TimeSpan.Zero, cancellation), cancellation);
        return there.Epoch == vector.Epoch && there.Entries is [var entry, ..] && entry.Serial == vector.Serial && IsOf(copy, entry.Nonce)
            ? new LogPlace(there.Epoch, vector.Serial, entry.Nonce)
            : null;
    }

    private static bool IsOf(LogEntry copy, ulong nonce) => copy.Nonce == NonceChain.Next(copy.Previous, nonce);

    private async Task<LogEntry?> CopyAsync(OriginStamp vector, ZoneRead here, CancellationToken cancellation)
    {
        var after = Math.Max(here.First - 1, here.Head - Reach);
        LogEntry? copy = null;
        while (after < here.Head)
        {
            var read = await parts.ReadLocalAsync(zone, here.Epoch, after, cancellation);
            if (read.Epoch != here.Epoch || read.Entries.Count == 0)
            {
                return null;
            }

            copy = read.Entries.LastOrDefault(e => e.Origin == vector) ?? copy;
            after = read.Entries[^1].Serial;
        }

        return copy;
    }
}
