using System.Collections.Immutable;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Zones.Records;
using ZoneSnapshot = EdgeCache.Dns.Data.Snapshots.ZoneSnapshot;

namespace EdgeCache.Dns.Authority;

/// <summary>
/// Zones that are answered from their master files while the log still takes them in: a long file is read long before its last change is committed and followed. Such a zone is given to no secondary and told to
/// none, since its serial is known for sure only when the log has it. Thread-safe.
/// </summary>
public sealed class ZonesAhead
{
    private ImmutableDictionary<ZoneName, ZoneSnapshot> _zones = ImmutableDictionary<ZoneName, ZoneSnapshot>.Empty;

    /// <summary>Those that are ahead of the log now; another object after each change.</summary>
    internal ImmutableDictionary<ZoneName, ZoneSnapshot> Zones => Volatile.Read(ref _zones);

    /// <summary>
    /// Answers a zone from its file, and says with which SOA serial. <paramref name="known"/> are those that were shown of it before; none goes back. A file with errors changes nothing.
    /// </summary>
    public uint Show(ZoneName zone, ZoneFile file, params ReadOnlySpan<uint> known)
    {
        uint serial = file.SoaSerial;
        foreach (uint last in known)
        {
            serial = SerialNumber.Compare(serial, last) < 0 ? last : serial;
        }

        if (file.Snapshot is { } snapshot)
        {
            ZoneSnapshot shown = serial != snapshot.Serial ? new ZoneEditor(snapshot).ToSnapshot(snapshot.Soa, serial) : snapshot;
            ImmutableInterlocked.AddOrUpdate(ref _zones, zone, shown, (_, _) => shown);
        }

        return serial;
    }

    /// <summary>The log has brought what the file says: from the next query on the zone is answered from there.</summary>
    public void Settle(ZoneName zone) => ImmutableInterlocked.TryRemove(ref _zones, zone, out _);
}
