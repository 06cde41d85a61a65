using EdgeCache.Client.Model;
using EdgeCache.Dns.Data;
using EdgeCache.Dns.Data.MasterFiles;
using EdgeCache.Zones.Records;

namespace EdgeCache.CommandLine.Verbs;

/// <summary>What is to be done so that a zone is what a file says. Pure.</summary>
internal sealed record ZoneImportPlan(IReadOnlyList<BatchItem> Changes, int Unchanged)
{
    public int Published => Changes.Count(c => c.Publish is not null);

    public int Deleted => Changes.Count(c => c.Delete is not null);

    /// <summary>
    /// <paramref name="onlyDns"/>: the file cannot name a DOC, so that none is deleted for not being in it. A SOA that an export had to make is not taken for the zone's own when it comes back.
    /// </summary>
    public static ZoneImportPlan Make(string apex, IReadOnlyList<RecordDocument> there, IReadOnlyList<PublishDocument> wanted, bool onlyDns, bool keeps)
    {
        if (there.Count > 0 && there.All(r => r.Type != "SOA"))
        {
            var server = wanted.FirstOrDefault(w => w is { Name: "@", Type: "NS" })?.Value;
            wanted = [.. wanted.Where(w => w.Type != "SOA" || !MasterFileWriter.IsDerivedSoa(apex, server, w.Ttl ?? 0, w.Value ?? ""))];
        }

        var old = there.ToDictionary(r => (r.Name, r.Type));
        var publishes = wanted.Where(w => !(old.TryGetValue((w.Name!, w.Type!), out var o) && IsSame(o, w))).Select(w => new BatchItem { Publish = w }).ToList(); // A reader sets both.
        var named = wanted.Select(w => (w.Name!, w.Type!)).ToHashSet(); // The same.
        var deletes = keeps ? [] : there.Where(r => !named.Contains((r.Name, r.Type)) && !(onlyDns && r.Type == RecordKey.Doc)).Select(r => new BatchItem { Delete = new DeleteDocument { Name = r.Name, Type = r.Type } });
        return new ZoneImportPlan([.. publishes, .. deletes], wanted.Count - publishes.Count);
    }

    /// <summary>
    /// All changes at once, which is how everybody sees them, where they are no more than <paramref name="longest"/> and their values no more than <paramref name="bytes"/>; otherwise
    /// <paramref name="usual"/> at a time, with the SOA in the last: its serial is then that of the whole.
    /// </summary>
    public IEnumerable<IReadOnlyList<BatchItem>> Parts(int usual, int longest, long bytes)
    {
        if (Changes.Count == 0)
        {
            return [];
        }

        var size = Changes.Sum(c => (long)(c.Publish?.Value?.Length ?? 0) + (c.Publish?.Base64?.Length ?? 0));
        return Changes.Count <= longest && size <= bytes ? [Changes] : Changes.OrderBy(c => c.Publish is { Type: "SOA" }).Chunk(usual);
    }

    /// <summary>What a new zone's SOA serial begins with, so that it is that of the file after <paramref name="parts"/> changes; null when the file has none.</summary>
    public uint? SerialBefore(string apex, int parts)
    {
        var soa = Changes.FirstOrDefault(c => c.Publish is { Name: "@", Type: "SOA" })?.Publish?.Value;
        return soa is not null && ZoneName.TryParse(apex, out var zone, out _) && SoaText.SerialOf(zone, soa) is { } serial ? unchecked(serial - (uint)parts) : null; // serial arithmetic wraps by definition
    }

    /// <summary>A line for each change.</summary>
    public IEnumerable<string> Describe() => Changes.Select(c => c.Publish is { } publish ? $"+ {publish.Name} {publish.Type}" : $"- {c.Delete?.Name} {c.Delete?.Type}");

    private static bool IsSame(RecordDocument old, PublishDocument wanted) =>
        old.Value == wanted.Value && old.Base64 == wanted.Base64 && old.Ttl == wanted.Ttl
        && (old.Type != RecordKey.Doc || (old.ContentType == wanted.ContentType && old.Tags.SequenceEqual(wanted.Tags ?? [])));
}
