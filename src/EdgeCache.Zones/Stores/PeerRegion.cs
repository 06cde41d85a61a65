using System.Globalization;
using EdgeCache.Zones.Log;

namespace EdgeCache.Zones.Stores;

/// <summary>
/// What this region knows of another that it takes entries from: up to where its log has been taken over, entries of all regions counted (<see cref="Epoch"/>, <see cref="Serial"/>),
/// and that all it holds itself from before <see cref="Through"/> (this store's clock, Unix milliseconds; 0: nothing yet) is known there, and nothing older can come from there any more.
/// Tombstones wait for it (PLANE.md 26).
/// </summary>
public sealed record PeerRegion(string Region, Epoch Epoch, long Serial, long Through)
{
    /// <summary>As one text, without the region.</summary>
    internal string Standing => string.Create(CultureInfo.InvariantCulture, $"{Epoch}:{Serial}:{Through}");

    internal static PeerRegion? Read(string region, string standing) =>
        standing.Split(':') is [var e, var s, var t] && Epoch.TryParse(e, out var epoch)
        && long.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var serial) && long.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var through)
            ? new PeerRegion(region, epoch, serial, through)
            : null;
}
