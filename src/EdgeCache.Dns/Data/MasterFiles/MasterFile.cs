using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Data.Text;
using EdgeCache.Dns.Data.Types;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.MasterFiles;

/// <summary>Loads a zone from its master file, whole or not at all.</summary>
internal static class MasterFile
{
    /// <summary>The zone, or every error there is.</summary>
    public static ZoneSnapshot? Load(string path, DomainName apex, out IReadOnlyList<MasterFileError> errors)
    {
        string file = Path.GetFileName(path);
        var folder = new IncludeFolder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".");
        byte[]? text = folder.Read(file, out string? reason);
        if (text is null)
        {
            errors = [new MasterFileError(path, 1, 1, reason ?? "unreadable")];
            return null;
        }

        return Parse(path, text, apex, folder, out errors);
    }

    /// <summary>The same for text already read; includes come from the folder.</summary>
    public static ZoneSnapshot? Parse(
        string file, ReadOnlySpan<byte> text, DomainName apex, IncludeFolder folder, out IReadOnlyList<MasterFileError> errors)
    {
        var found = new MasterFileErrors();
        var zone = new ZoneEditor(apex);
        new MasterFileParser(apex, folder, zone, found).Read(file, text, apex);
        RecordSet? soa = zone.Find(apex.Wire)?.Find(RecordType.SOA);
        if (soa is null)
        {
            found.Add(file, text, new PresentationFault(0, $"the zone has no SOA at its apex {apex}"));
        }

        if (zone.Find(apex.Wire)?.Find(RecordType.NS) is null)
        {
            found.Add(file, text, new PresentationFault(0, $"the zone has no NS at its apex {apex}"));
        }

        errors = found.ToList();
        return found.Count > 0 || soa is null ? null : zone.ToSnapshot(soa, SoaData.SerialOf(soa.First));
    }
}
