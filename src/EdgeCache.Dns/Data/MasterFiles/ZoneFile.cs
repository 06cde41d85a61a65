using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;
using EdgeCache.Zones.Records;

namespace EdgeCache.Dns.Data.MasterFiles;

/// <summary>One RRset of a zone file, ready to be published as a record of the plane.</summary>
public sealed record ZoneFileRecord(RecordKey Key, int Ttl, string Value);

/// <summary>A zone's master file (RFC 1035 §5) as records of the plane. Immutable.</summary>
public sealed class ZoneFile
{
    private ZoneFile(IReadOnlyList<ZoneFileRecord> records, uint soaSerial, IReadOnlyList<MasterFileError> errors)
    {
        Records = records;
        SoaSerial = soaSerial;
        Errors = errors;
    }

    /// <summary>All RRsets, the SOA among them, apex first; empty when there are errors.</summary>
    public IReadOnlyList<ZoneFileRecord> Records { get; }

    /// <summary>The serial the file states: the SOA serial of the zone starts no lower (PLANE.md 29).</summary>
    public uint SoaSerial { get; }

    /// <summary>Everything wrong with the file; empty when it is good.</summary>
    public IReadOnlyList<MasterFileError> Errors { get; }

    /// <summary>Reads the file of a zone. Never throws: what cannot be opened is an error of the list.</summary>
    public static ZoneFile Read(string path, ZoneName zone)
    {
        if (!DomainName.TryParse(zone.Value, out DomainName apex))
        {
            return Failed(path, $"'{zone.Value}' is no domain name");
        }

        ZoneSnapshot? snapshot = MasterFile.Load(path, apex, out IReadOnlyList<MasterFileError> errors);
        if (snapshot is null)
        {
            return new ZoneFile([], 0, errors);
        }

        var records = new List<ZoneFileRecord>(snapshot.Names.Count);
        foreach (NameNode node in snapshot.Names.All.OrderBy(static n => DomainName.FromWire(n.Lower)))
        {
            foreach (RecordSet set in node.Sets)
            {
                string name = RelativeTo(apex, node.Lower);
                if (!RecordKey.TryParse(name, RecordTypeText.Format(set.Type), out RecordKey key, out string? reason))
                {
                    return Failed(path, reason);
                }

                records.Add(new ZoneFileRecord(key, (int)Math.Min(set.Ttl, DataLimits.MaxTtl), RecordSetText.Format(set)));
            }
        }

        return new ZoneFile(records, snapshot.Serial, []);
    }

    private static ZoneFile Failed(string path, string reason) => new([], 0, [new MasterFileError(path, 1, 1, reason)]);

    /// <summary>The labels in front of the apex, as record names are written.</summary>
    private static string RelativeTo(DomainName apex, ReadOnlySpan<byte> name)
    {
        if (name.Length == apex.Wire.Length)
        {
            return "@";
        }

        Span<byte> relative = stackalloc byte[WireLimits.MaxName];
        int length = name.Length - apex.Wire.Length;
        name[..length].CopyTo(relative);
        relative[length] = 0;
        return DomainName.FromWire(relative[..(length + 1)]).ToString().TrimEnd('.');
    }
}
