using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Log;
using EdgeCache.Zones.Records;

namespace EdgeCache.Dns.Data.MasterFiles;

/// <summary>One RRset of a zone file, ready to be published as a record of the plane.</summary>
public sealed record ZoneFileRecord(RecordKey Key, int Ttl, string Value);

/// <summary>A zone's master file (RFC 1035 §5), as DNS answers it and as records of the plane. Immutable.</summary>
public sealed class ZoneFile
{
    private ZoneFile(ZoneSnapshot? snapshot, IReadOnlyList<MasterFileError> errors)
    {
        Snapshot = snapshot;
        Errors = errors;
    }

    /// <summary>All RRsets, the SOA among them, apex first; empty when there are errors. Made anew each time, which takes longer than reading the file.</summary>
    public IReadOnlyList<ZoneFileRecord> ToRecords() => Snapshot is null ? [] : RecordsOf(Snapshot);

    /// <summary>The serial the file states: the SOA serial of the zone starts no lower (PLANE.md 29).</summary>
    public uint SoaSerial => Snapshot?.Serial ?? 0;

    /// <summary>Everything wrong with the file; empty when it is good.</summary>
    public IReadOnlyList<MasterFileError> Errors { get; }

    /// <summary>The zone as DNS answers it; null when there are errors.</summary>
    internal ZoneSnapshot? Snapshot { get; }

    /// <summary>Reads the file of a zone. Never throws: what cannot be opened is an error of the list.</summary>
    public static ZoneFile Read(string path, ZoneName zone)
    {
        if (!DomainName.TryParse(zone.Value, out DomainName apex))
        {
            return Failed(path, $"'{zone.Value}' is no domain name");
        }

        ZoneSnapshot? snapshot = MasterFile.Load(path, apex, out IReadOnlyList<MasterFileError> errors);
        return snapshot is null ? new ZoneFile(null, errors) : new ZoneFile(Clamped(snapshot), []);
    }

    private static ZoneFile Failed(string path, string reason) => new(null, [new MasterFileError(path, 1, 1, reason)]);

    private static List<ZoneFileRecord> RecordsOf(ZoneSnapshot snapshot)
    {
        var records = new List<ZoneFileRecord>(snapshot.Names.Count);
        WholeZonePace? pace = WholeZonePace.For(snapshot.Names.Count);
        foreach (NameNode node in snapshot.Names.All)
        {
            pace?.Step();
            foreach (RecordSet set in node.Sets)
            {
                if (TryKeyOf(snapshot.Apex, node, set.Type, out RecordKey key, out _))
                {
                    records.Add(new ZoneFileRecord(key, (int)set.Ttl, RecordSetText.Format(set)));
                }
            }
        }

        records.Sort(static (a, b) => a.Key.Name == b.Key.Name ? string.CompareOrdinal(a.Key.Type, b.Key.Type) : a.Key.Name == "@" ? -1 : b.Key.Name == "@" ? 1 : string.CompareOrdinal(a.Key.Name, b.Key.Name));
        return records;
    }

    /// <summary>No TTL is longer than those of records.</summary>
    private static ZoneSnapshot Clamped(ZoneSnapshot zone)
    {
        ZoneEditor? editor = null;
        foreach (NameNode node in zone.Names.All)
        {
            foreach (RecordSet set in node.Sets)
            {
                if (set.Ttl > DataLimits.MaxTtl)
                {
                    editor ??= new ZoneEditor(zone);
                    editor.Put(node.Name, set.WithTtl(DataLimits.MaxTtl));
                }
            }
        }

        return editor?.ToSnapshot(zone.Soa, zone.Serial) ?? zone;
    }

    private static bool TryKeyOf(DomainName apex, NameNode node, RecordType type, out RecordKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? reason) =>
        RecordKey.TryParse(ZoneRelativeName.Of(node.Lower, apex), RecordTypeText.Format(type), out key, out reason);
}
