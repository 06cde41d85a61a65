using EdgeCache.Zones.Log;
using EdgeCache.Zones.Log.Encoding;
using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Stores;

/// <summary>What a poll says of one zone. <see cref="Exists"/> false: the zone's meta is missing (PLANE.md 3: resync; nothing restarts by itself).</summary>
public sealed record ZoneRead
{
    /// <summary>The zone.</summary>
    public required ZoneName Zone { get; init; }

    /// <summary>False when the store has no log for it.</summary>
    public required bool Exists { get; init; }

    /// <summary>The log's epoch.</summary>
    public Epoch Epoch { get; init; }

    /// <summary>How long ago, by the store's clock, the epoch took the place of another whose log it may lack the end of; null when it took none's, or that is not known.</summary>
    public TimeSpan? EpochAge { get; init; }

    /// <summary>Serial of the newest entry; 0 when the log is empty.</summary>
    public long Head { get; init; }

    /// <summary>Serial of the oldest entry still there; <see cref="Head"/> + 1 when none is.</summary>
    public long First { get; init; }

    /// <summary>The SOA serial at <see cref="Head"/>.</summary>
    public uint SoaSerial { get; init; }

    /// <summary>Nonce of the entry at <see cref="Head"/>; 0 when the log is empty.</summary>
    public ulong HeadNonce { get; init; }

    /// <summary>Per other region: the last of its entries committed here (PLANE.md 25).</summary>
    public IReadOnlyList<OriginStamp> Vector { get; init; } = [];

    /// <summary>The regions that this one takes entries from.</summary>
    public IReadOnlyList<PeerRegion> Peers { get; init; } = [];

    /// <summary>Entries after the cursor, ascending and contiguous, at most as many as asked for. Empty when the cursor is of another epoch.</summary>
    public IReadOnlyList<LogEntry> Entries { get; init; } = [];

    /// <summary>Why the entry after <see cref="Entries"/> cannot be read by this program; null when none is in the way. It stops its zone and no other.</summary>
    public string? Fault { get; init; }

    /// <summary>Reads entries as far as they can be read.</summary>
    internal static (IReadOnlyList<LogEntry> Entries, string? Fault) Decode(IReadOnlyList<byte[]> encoded)
    {
        var entries = new List<LogEntry>(encoded.Count);
        foreach (var bytes in encoded)
        {
            if (!LogEntryCodec.TryDecode(bytes, out var entry, out var fault))
            {
                return (entries, fault);
            }

            entries.Add(entry);
        }

        return (entries, null);
    }
}
