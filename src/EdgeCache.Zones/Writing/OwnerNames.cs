using EdgeCache.Zones.Records;

namespace EdgeCache.Zones.Writing;

/// <summary>
/// For DNS types the unit of conflict is the owner name (PLANE.md 28): no other data beside a CNAME (RFC 1034 §3.6.2, RFC 2181 §10.1). A write that would break it is
/// refused; what regions wrote concurrently is put right where the zone is read, always the same way (<see cref="Hidden"/>). Pure.
/// </summary>
public static class OwnerNames
{
    private const string Alias = "CNAME";

    /// <summary>True when two types cannot stand at one name. RRSIG and NSEC stand beside a CNAME (RFC 4034 §2).</summary>
    public static bool Exclude(string type, string other) =>
        type != other && (type == Alias || other == Alias) && IsData(type) && IsData(other);

    /// <summary>Of the live records of one owner name, those that are not to be shown: the CNAME, or what stands beside it, whichever was written earlier.</summary>
    public static IReadOnlyList<Record> Hidden(IReadOnlyCollection<Record> atOneName)
    {
        var live = atOneName.Where(r => !r.IsDeleted && IsData(r.Key.Type)).ToList();
        if (live.Count < 2 || live.Find(r => r.Key.Type == Alias) is not { } alias)
        {
            return [];
        }

        live.Remove(alias);
        return live.Exists(r => r.Version.WinsOver(alias.Version)) ? [alias] : live;
    }

    private static bool IsData(string type) => type is not (RecordKey.Doc or "RRSIG" or "NSEC");
}
