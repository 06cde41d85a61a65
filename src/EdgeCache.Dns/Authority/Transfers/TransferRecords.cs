using System.Buffers.Binary;
using EdgeCache.Dns.Data.Snapshots;
using EdgeCache.Dns.Wire;

namespace EdgeCache.Dns.Authority.Transfers;

/// <summary>One record of a transfer: owner, and everything behind it as <see cref="RecordSet.Tails"/> holds it.</summary>
internal readonly record struct TransferRecord(byte[] Owner, RecordType Type, ReadOnlyMemory<byte> Tail);

/// <summary>The records of a transfer in their order on the wire.</summary>
internal static class TransferRecords
{
    /// <summary>RFC 5936 §2.2: the SOA, all else, the SOA again.</summary>
    public static IEnumerable<TransferRecord> Whole(ZoneSnapshot zone)
    {
        byte[] apex = zone.Apex.Wire.ToArray();
        foreach (TransferRecord soa in Split(apex, zone.Soa))
        {
            yield return soa;
        }

        foreach (NameNode node in zone.Names.All)
        {
            foreach (TransferRecord record in node.Sets.Where(static s => s.Type != RecordType.SOA).SelectMany(s => Split(node.Name, s)))
            {
                yield return record;
            }
        }

        foreach (TransferRecord soa in Split(apex, zone.Soa))
        {
            yield return soa;
        }
    }

    /// <summary>RFC 1995 §4: the new SOA; for each step the old SOA, what goes, the SOA after it, what comes; the new SOA.</summary>
    public static IEnumerable<TransferRecord> Difference(ZoneSnapshot zone, IReadOnlyList<ZoneDelta> deltas)
    {
        byte[] apex = zone.Apex.Wire.ToArray();
        TransferRecord last = Split(apex, zone.Soa).Single();
        yield return last;
        foreach (ZoneDelta delta in deltas)
        {
            yield return Split(apex, delta.SoaBefore).Single();
            foreach (TransferRecord gone in delta.Changes.SelectMany(static c => Without(c.Name, c.Before, c.After)))
            {
                yield return gone;
            }

            yield return Split(apex, delta.SoaAfter).Single();
            foreach (TransferRecord added in delta.Changes.SelectMany(static c => Without(c.Name, c.After, c.Before)))
            {
                yield return added;
            }
        }

        yield return last;
    }

    public static IEnumerable<TransferRecord> Only(ZoneSnapshot zone) => Split(zone.Apex.Wire.ToArray(), zone.Soa);

    /// <summary>The records of one RRset that the other lacks. Another TTL makes all of them others.</summary>
    private static IEnumerable<TransferRecord> Without(byte[] owner, RecordSet? set, RecordSet? other)
    {
        if (set is null)
        {
            return [];
        }

        IEnumerable<TransferRecord> all = Split(owner, set);
        return other is null || other.Ttl != set.Ttl ? all : all.Where(r => !other.Contains(r.Tail.Span[RecordSet.FixedPart..]));
    }

    private static IEnumerable<TransferRecord> Split(byte[] owner, RecordSet set)
    {
        ReadOnlyMemory<byte> rest = set.TailsMemory;
        while (!rest.IsEmpty)
        {
            int length = RecordSet.FixedPart + BinaryPrimitives.ReadUInt16BigEndian(rest.Span[8..]);
            yield return new TransferRecord(owner, set.Type, rest[..length]);
            rest = rest[length..];
        }
    }
}
