using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Data.MasterFiles;

/// <summary>What may stand beside what at one name.</summary>
internal static class ZoneRules
{
    /// <summary>Why a record may not join a node, or null.</summary>
    public static string? Conflict(NameNode? node, RecordType type, ReadOnlySpan<byte> data, bool isApex)
    {
        if (RecordTypes.IsMeta(type))
        {
            return $"{RecordTypeText.Format(type)} is no type of zone data";
        }

        if (type == RecordType.SOA && !isApex)
        {
            return "SOA may stand at the apex of the zone only";
        }

        if (node is null || node.Sets.Length == 0)
        {
            return null;
        }

        // RFC 1034 §3.6.2, RFC 2181 §10.1; signatures may stand beside (RFC 4034 §3).
        bool other = type != RecordType.CNAME && type is not (RecordType.RRSIG or RecordType.NSEC);
        if (other && node.Find(RecordType.CNAME) is not null)
        {
            return "no other data may stand beside a CNAME (RFC 2181 section 10.1)";
        }

        if (type == RecordType.CNAME && Array.Exists(node.Sets, static s => s.Type is not (RecordType.CNAME or RecordType.RRSIG or RecordType.NSEC)))
        {
            return "a CNAME may not stand beside other data (RFC 2181 section 10.1)";
        }

        bool single = type is RecordType.CNAME or RecordType.DNAME or RecordType.SOA;
        return single && node.Find(type) is { } there && !there.Contains(data) ? $"a name has one {RecordTypeText.Format(type)} at most" : null;
    }
}
